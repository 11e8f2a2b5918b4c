# Two images: `core` for every function that needs no browser, `crawler` with Chromium on top of it.
#   docker build --target core --tag sunwi-core .
# Base: Debian with Python 3.13. Written for the classic builder as well as for BuildKit.
ARG BASE_IMAGE=debian:trixie-slim

# ---------------------------------------------------------------- system: under every stage, with today's fixes
FROM ${BASE_IMAGE} AS system
# No versions (DL3008): the newest of Debian's stable release is the one with its security fixes.
# hadolint ignore=DL3008
RUN apt-get update --error-on=any \
    && apt-get upgrade --yes \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

# ---------------------------------------------------------------- packages, as uv.lock pins them
FROM system AS packages
ENV UV_LINK_MODE=copy UV_NO_CACHE=1 PYC_INVALIDATION_MODE=UNCHECKED_HASH
WORKDIR /build
COPY uv.lock ./
# No versions (DL3008): nothing of this gets into an image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir "uv==$(sed -n '/^name = "uv"$/{n;s/version = "\(.*\)"/\1/p}' uv.lock)"
COPY pyproject.toml infra/docker/sam-cli.txt ./
# The crawler has everything that the functions need; the others do without the browser's driver, and none has the
# command line's packages. What both have is only in the first of the two folders.
RUN export="/opt/uv/bin/uv export --frozen --no-default-groups --group image --no-emit-project --quiet" \
    && $export --prune typer --prune rich --prune pillow --prune openpyxl --output-file crawler.txt \
    && $export --prune typer --prune rich --prune pillow --prune openpyxl --prune playwright --output-file core.txt \
    && for name in core crawler; do \
        /opt/uv/bin/uv pip install --python /usr/bin/python3 --compile-bytecode --only-binary :all: \
            --require-hashes --no-deps --target "/$name/opt/python" --requirement "$name.txt" || exit 1; \
    done \
    && rm -rf /core*/opt/python/bin /crawler/opt/python/bin /crawler/opt/python/playwright/driver/package/lib/vite \
    && find /core /crawler \( -name '*.c' -o -name '*.pyx' -o -name '*.pxd' \) -delete \
    && find /crawler ! -type d -exec sh -c 'for file; do [ ! -e "/core${file#/crawler}" ] || rm "$file"; done' sh {} + \
    && chmod -R a+rX,go-w /core /crawler
# The runtime interface emulator lets an image run where there is no Lambda; SAM CLI's wheel carries it.
RUN /opt/uv/bin/uv pip install --python /usr/bin/python3 --require-hashes --no-deps --target /sam --requirement sam-cli.txt \
    && case "$(uname -m)" in aarch64) arch=arm64 ;; *) arch=x86_64 ;; esac \
    && install -D --mode=755 "/sam/samcli/local/rapid/aws-lambda-rie-$arch" /core/usr/local/bin/aws-lambda-rie \
    && rm -rf /sam

# ---------------------------------------------------------------- code: readable by Lambda's own user
FROM system AS code
COPY functions /code/var/task
COPY infra/migrations /code/var/infra/migrations
COPY infra/docker/certificates /code/var/certificates
COPY infra/docker/entrypoint.sh /code/usr/local/bin/sunwi-entrypoint
COPY infra/docker/serve_function.py /code/usr/local/lib/sunwi/serve_function.py
RUN rm -rf /code/var/task/sunwi/cli /code/var/task/sunwi/testing \
    && python3 -m compileall -q --invalidation-mode unchecked-hash -s /code /code/var /code/usr/local/lib \
    && chmod -R a+rX,go-w /code \
    && chmod 755 /code/usr/local/bin/sunwi-entrypoint

# ---------------------------------------------------------------- core
FROM system AS core-files
COPY infra/docker/slim.sh /
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp sunwi \
    && sh /slim.sh system \
    && rm /slim.sh

# Made anew of what is left (DL3067), since a file that a later layer removes still takes its place.
FROM scratch AS core-system
# hadolint ignore=DL3067
COPY --from=core-files / /
COPY --from=packages /core /
ENV PATH=/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    HOME=/tmp \
    LAMBDA_TASK_ROOT=/var/task \
    PYTHONPATH=/var/task:/opt/python \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /var/task
ENTRYPOINT ["/usr/local/bin/sunwi-entrypoint"]
USER 10001

# ---------------------------------------------------------------- PostgreSQL's client: for backups, in core alone
FROM system AS postgres-client
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# The major version that CLIENT_MAJOR names, Debian's newest of it (DL3008), as above. Of its packages the three programs
# are taken, and the libraries that they need on top of the system's; Debian's own wrappers are written in Perl.
# hadolint ignore=DL3008
RUN find / -xdev ! -type d | sort > /tmp/before.txt \
    && apt-get update --error-on=any \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt /var/cache /var/log \
    && find / -xdev ! -type d | sort | comm -13 /tmp/before.txt - > /tmp/added.txt \
    && for program in pg_dump pg_restore psql; do \
        file="/usr/lib/postgresql/17/bin/$program" \
        && echo "$file" \
        && ldd "$file" > /tmp/libraries.txt \
        && ! grep 'not found' /tmp/libraries.txt >&2 \
        && sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' /tmp/libraries.txt | while read -r library; do \
            real=$(readlink -f "$library") \
            && printf '%s\n' "$real" "$(dirname "$real")/$(basename "$library")" || exit 1; \
        done || exit 1; \
    done > /tmp/needed.txt \
    && sort -u /tmp/needed.txt | comm -12 /tmp/added.txt - > /tmp/taken.txt \
    && printf '%s\n' /var/lib/dpkg/status /etc/ld.so.cache >> /tmp/taken.txt \
    && mkdir -p /added/usr/local/bin \
    && tar --create --no-recursion --file /tmp/taken.tar --files-from /tmp/taken.txt \
    && tar --extract --file /tmp/taken.tar --directory /added \
    && ln -s /usr/lib/postgresql/17/bin/pg_dump /usr/lib/postgresql/17/bin/pg_restore /usr/lib/postgresql/17/bin/psql \
        /added/usr/local/bin/ \
    && chmod -R a+rX,go-w /added

FROM core-system AS core
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=postgres-client /added /
COPY --from=code /code /
CMD ["dispatcher.handler.handler"]
LABEL org.opencontainers.image.title="Sunwi core" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"

# ---------------------------------------------------------------- crawler
FROM system AS browser
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Empty takes the newest; `make images` names it, so that a security fix is not hidden by the builder's cache.
ARG CHROMIUM_VERSION=
COPY infra/docker/slim.sh /
# No version of the fonts (DL3008), as above.
# hadolint ignore=DL3008
RUN find / -xdev ! -type d | sort > /tmp/before.txt \
    && dpkg-query --show | sort > /tmp/packages.txt \
    && apt-get update --error-on=any \
    && apt-get install --yes --no-install-recommends \
        "chromium-headless-shell${CHROMIUM_VERSION:+=${CHROMIUM_VERSION}}" fontconfig fonts-nanum \
    && rm -rf /var/lib/apt /var/cache /var/log \
    && dpkg-query --show | sort | comm -23 /tmp/packages.txt - > /tmp/replaced.txt \
    && if [ -s /tmp/replaced.txt ]; then echo "out of date in the layers below, build them anew:" && cat /tmp/replaced.txt && exit 1; fi \
    && sh /slim.sh browser \
    && find /usr/share/fonts -type d -exec touch --date=@0 {} + \
    && fc-cache --system-only \
    && rm /usr/bin/fc-* \
    && ldd /usr/lib/chromium/chromium-headless-shell > /tmp/libraries.txt \
    && ! grep 'not found' /tmp/libraries.txt
# What the browser adds to `core`: every new file, and two that list them all; the fonts' folders with their times (in
# whole seconds, as layers keep them), by which their cache is told to be true.
RUN find / -xdev ! -type d ! -path '/var/lib/dpkg/info/*' ! -path '/tmp/*' | sort | comm -13 /tmp/before.txt - > /tmp/added.txt \
    && printf '%s\n' /var/lib/dpkg/status /etc/ld.so.cache >> /tmp/added.txt \
    && find /usr/share/fonts -type d >> /tmp/added.txt \
    && mkdir /added \
    && tar --create --no-recursion --file /tmp/added.tar --files-from /tmp/added.txt \
    && tar --extract --file /tmp/added.tar --directory /added

FROM core-system AS crawler
ARG VERSION=unknown
ARG REVISION=unknown
# Nothing else runs here: stray processes and temporary files are the browser's, and go with it.
ENV OWNS_SANDBOX=1
COPY --from=browser /added /
COPY --from=packages /crawler /
COPY --from=code /code /
CMD ["crawler.handler.handler"]
LABEL org.opencontainers.image.title="Sunwi crawler" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
