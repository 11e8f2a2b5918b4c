#!/usr/bin/env bash
# Prepare the image that the Dockerfile starts from, and print its name.
#   base.sh [NAME]
# It is Debian's own slim image, pulled from the registry where that is reachable; elsewhere it is made of Debian's
# packages with debootstrap, which needs root. What this machine needs to reach its package registries (authorities,
# proxies, indexes) goes on top, so that the Dockerfile knows nothing of it; no final image keeps any of that.
# An image of that name that is less than a week old is taken as it is.
set -euo pipefail

name=${1:-sunwi-base:trixie}
suite=trixie
official=debian:$suite-slim
#: Longest wait for a registry's first answer; a pull that has begun is not cut.
pull_seconds=${PULL_SECONDS:-10}
#: Where Debian keeps the authorities that a machine trusts on top of the public ones.
added_authorities=${ADDED_AUTHORITIES:-/usr/local/share/ca-certificates}
folder=

fail() { # fail LINE…: say what to do, and end
    printf '%s\n' "$@" >&2
    exit 1
}

say() { echo "$*" >&2; }

found() { command -v "$1" >/dev/null; }

is_fresh() { # is_fresh IMAGE: whether it is here, and less than a week old
    local created
    created=$(docker image inspect --format '{{.Created}}' "$1" 2>/dev/null) || return 1
    [ $(($(date +%s) - $(date --date "$created" +%s))) -lt 604800 ]
}

# ---------------------------------------------------------------- Debian

registry_answers() { # an engine alone does not say how long it will wait
    timeout "$pull_seconds" docker manifest inspect "$official" >/dev/null 2>&1
}

mirror_of() { # mirror_of debian|debian-security: the one that this machine itself uses
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed 's,/*$,,' | grep --max-count=1 "/$1\$" || true
}

write_sources() { # write_sources ROOT: the suites that carry security fixes, from the same mirrors
    local main=$1 plain security
    read -r _ plain _ <"$main/etc/apt/sources.list"
    plain=${plain%/}
    security=$(mirror_of debian-security)
    cat >"$main/etc/apt/sources.list" <<SOURCES
deb $plain $suite main
deb $plain $suite-updates main
deb ${security:-$plain-security} $suite-security main
SOURCES
    # As in Debian's own slim image: what is installed later brings no documents and no translations either.
    printf 'path-exclude %s\n' '/usr/share/doc/*' '/usr/share/info/*' '/usr/share/locale/*' '/usr/share/man/*' \
        >"$main/etc/dpkg/dpkg.cfg.d/slim"
    echo 'path-include /usr/share/doc/*/copyright' >>"$main/etc/dpkg/dpkg.cfg.d/slim"
    echo 'Acquire::Languages "none";' >"$main/etc/apt/apt.conf.d/slim"
}

make_slim() { # make_slim ROOT: remove it before the import, since a later layer frees nothing
    find "$1/usr/share/doc" ! -type d ! -name copyright -delete
    rm -rf "$1"/usr/share/{info,locale,man}/* "$1"/var/lib/apt/lists/* "$1"/var/cache/{apt,debconf}/* \
        "$1"/var/log/*.log "$1"/var/log/apt
}

bootstrap() { # bootstrap IMAGE
    local root=$folder/root mirror
    [ "$(id -u)" = 0 ] || fail "no registry gives $official, and only root can make it of Debian's packages:" \
        "pull it where a registry is reachable, or call this as root"
    found debootstrap || fail "no registry gives $official, and debootstrap is not here to make it:" \
        "  apt-get install debootstrap"
    say "no registry gives $official: making it of Debian's packages"
    mirror=$(mirror_of debian)
    debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$folder/log" 2>&1 ||
        fail "$(tail -n 5 "$folder/log")" "debootstrap could not make $suite: see the lines above"
    write_sources "$root"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    chroot "$root" sh -c 'apt-get -qq update --error-on=any && apt-get -qq upgrade --yes && apt-get clean' >"$folder/log" 2>&1 ||
        fail "$(tail -n 5 "$folder/log")" "the security fixes of $suite could not be installed: see the lines above"
    : >"$root/etc/resolv.conf"
    make_slim "$root"
    tar --create --directory "$root" --one-file-system . | docker import --change 'CMD ["bash"]' - "$1" >/dev/null
}

# ---------------------------------------------------------------- this machine

authorities() { # the bundle that this machine trusts, if it trusts more than Debian does
    local bundle
    for bundle in "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" "${REQUESTS_CA_BUNDLE:-}"; do
        if [ -f "$bundle" ]; then
            echo "$bundle"
            return
        fi
    done
    if compgen -G "$added_authorities/*.crt" >/dev/null; then
        echo /etc/ssl/certs/ca-certificates.crt
    fi
}

describe_machine() { # describe_machine FOLDER: a Dockerfile that adds what this machine needs
    local bundle variable settings
    echo "FROM $source"
    settings=$(apt-config dump 2>/dev/null | grep '^Acquire::https\?::' || true)
    if [ -n "$settings" ]; then
        echo "$settings" >"$1/95build-machine"
        echo "COPY 95build-machine /etc/apt/apt.conf.d/"
    fi
    bundle=$(authorities)
    if [ -n "$bundle" ]; then
        cp "$bundle" "$1/authorities.pem"
        echo "COPY authorities.pem /etc/build-machine/"
        for variable in PIP_CERT SSL_CERT_FILE; do
            echo "ENV $variable=/etc/build-machine/authorities.pem"
        done
    fi
    for variable in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST UV_DEFAULT_INDEX UV_INDEX \
        HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
        [ -z "${!variable:-}" ] || echo "ENV $variable=\"${!variable}\""
    done
}

if is_fresh "$name"; then
    echo "$name"
    exit
fi
folder=$(mktemp --directory)
trap 'rm -rf --one-file-system "$folder"' EXIT
if registry_answers && docker pull --quiet "$official" >&2; then
    source=$official
else
    source=sunwi-debootstrap:$suite
    is_fresh "$source" || bootstrap "$source"
fi
mkdir "$folder/machine"
describe_machine "$folder/machine" >"$folder/machine/Dockerfile"
# The date keeps the builder from taking an old image for a new one.
docker build --quiet --label "sunwi.base.made=$(date +%FT%T)" --tag "$name" "$folder/machine" >/dev/null
echo "$name"
