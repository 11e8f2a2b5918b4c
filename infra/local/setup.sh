#!/usr/bin/env bash
# Install what is missing.
#   setup.sh run    the virtual environment with the locked packages, a browser, Korean fonts
#   setup.sh test   PostgreSQL's server and the SAM CLI on top of it, which only the tests need
#   setup.sh docker a Docker engine and what makes an image where no registry can be reached; starts nothing
#   setup.sh registry a registry of images on top of it, which only the test of a push needs
# As root on a system with apt it installs; otherwise it says exactly what to install.
set -euo pipefail
cd "$(dirname "$0")/../.."
# Standard output belongs to the result of `make run JSON=1`.
exec >&2
# Another environment that happens to be active is not ours.
unset VIRTUAL_ENV PYTHONHOME UV_PYTHON
export UV_PROJECT_ENVIRONMENT=.venv PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

fail() { # fail LINE…: say what to do, and end
    printf '%s\n' "$@"
    exit 1
}

found() { command -v "$1" >/dev/null; }

can_install() { [ "$(id -u)" = 0 ] && found apt-get; }

update_lists() { # once
    [ -z "${updated:-}" ] || return 0
    updated=yes
    echo "reading the package lists"
    apt-get -qq update || echo "the package lists could not be read: going on with those that are here"
}

offered() { # offered PACKAGE: whether apt has it, and not as a mere hint to a snap
    apt-cache policy "$1" 2>/dev/null | grep 'Candidate:' | grep -qv -e '(none)' -e snap
}

install() { # install PACKAGE WHAT: by apt; false when it cannot be had
    can_install || return 1
    update_lists
    offered "$1" || return 1
    echo "installing $1 ($2)"
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1" >/dev/null
}

# ---------------------------------------------------------------- Python

find_python() { # the first that is new enough
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if found "$python" && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    fail "Python 3.11 or newer is needed, and there is none: install it, as root for example by" \
        "  apt-get install python3 python3-venv"
}

has_environment() { .venv/bin/uv --version >/dev/null 2>&1 && .venv/bin/python -c '' 2>/dev/null; }

make_environment() { # with the uv that the lock file names
    local version
    version=$(sed -n '/^name = "uv"$/{n;s/version = "\(.*\)"/\1/p}' uv.lock)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install "$python-venv" "Python's virtual environments" ||
            fail "Python's virtual environments are missing: install them, as root by" "  apt-get install $python-venv"
    fi
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip -qq install "uv==$version"
}

set_up_python() {
    if ! has_environment; then
        find_python
        make_environment
    fi
    .venv/bin/uv sync --locked --quiet
}

# ---------------------------------------------------------------- browser

try_browser() { # false when no browser starts; a trial that breaks is no reason to install one
    local status=0
    .venv/bin/python -m infra.local.try_browser >/dev/null 2>"$reason" || status=$?
    case $status in
        0) return 0 ;;
        3) return 1 ;;
        *) fail "$(cat "$reason")" "the browser could not be tried: mend what the lines above say" ;;
    esac
}

install_playwright_browser() { # where a crawler looks for it, whatever our own environment says
    local dependencies=()
    ! can_install || dependencies=(--with-deps)
    echo "installing Playwright's own browser"
    env -u PLAYWRIGHT_BROWSERS_PATH -u XDG_CACHE_HOME \
        .venv/bin/playwright install "${dependencies[@]}" chromium-headless-shell >/dev/null
}

set_up_browser() {
    reason=$(mktemp)
    trap 'rm -f "$reason"' EXIT
    try_browser && return 0
    if [ -n "${BROWSER_EXECUTABLE:-}" ]; then
        fail "$(cat "$reason")" "BROWSER_EXECUTABLE names it: name another one, or unset it to have one found"
    fi
    for package in chromium-headless-shell chromium; do
        if install "$package" "the browser that reads pages" && try_browser; then
            return 0
        fi
    done
    install_playwright_browser && try_browser && return 0
    fail "$(cat "$reason")" "no browser can be used. One of these helps:" \
        "  apt-get install chromium-headless-shell                                  (Debian, as root)" \
        "  .venv/bin/playwright install --with-deps chromium-headless-shell         (Ubuntu and others, as root)" \
        "  export BROWSER_EXECUTABLE=/path/to/chrome                                (one that you have)"
}

set_up_fonts() { # for screenshots; ranks are the same without
    if found fc-list && fc-list :lang=ko | grep -q .; then
        return 0
    fi
    install fonts-nanum "Korean letters in screenshots" ||
        echo "no Korean font was found: screenshots will show boxes for letters (fonts-nanum has some)"
}

# ---------------------------------------------------------------- PostgreSQL

has_postgres() { found pg_ctl || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null; }

set_up_postgres() {
    has_postgres || { install postgresql "PostgreSQL's server, for the tests" && has_postgres; } ||
        fail "the tests need PostgreSQL's server: install it, as root for example by" "  apt-get install postgresql"
}

# ---------------------------------------------------------------- SAM CLI

set_up_sam() { # in an environment of its own, which uv keeps
    .venv/bin/python -m infra.deploy.sam_cli >/dev/null ||
        fail "the SAM CLI, which the tests of a deployment need, could not be installed"
}

# ---------------------------------------------------------------- Docker

set_up_docker() {
    found dockerd || install docker.io "the engine that runs the functions' images" ||
        fail "a Docker engine is missing: install it, as root for example by  apt-get install docker.io"
    found docker || install docker-cli "its command" ||
        fail "Docker's command is missing: install it, as root for example by  apt-get install docker-cli"
    found iptables || install iptables "the engine's network" ||
        fail "iptables is missing, which the Docker engine needs: install it, as root by  apt-get install iptables"
    found debootstrap || install debootstrap "an image where no registry can be reached" ||
        echo "debootstrap is not to be had: the images' base must come from a registry"
}

set_up_registry() {
    found docker-registry || install docker-registry "a registry, for the test of a push" ||
        fail "the test of a push needs a registry: install it, as root by  apt-get install docker-registry"
}

case "${1:-}" in
    run) set_up_python; set_up_browser; set_up_fonts ;;
    test) set_up_postgres; set_up_sam ;;
    docker) set_up_docker ;;
    registry) set_up_registry ;;
    *) fail "usage: setup.sh run|test|docker|registry" ;;
esac
