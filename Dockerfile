# Two images: `core` for every function that needs no browser, `crawler` with Chromium on top of it.
#   docker build --target core --tag sunwi-core .
# Base: Debian with Python 3.13. Written for the classic builder as well as for BuildKit.
ARG BASE_IMAGE=debian:trixie-slim

# ---------------------------------------------------------------- build: packages, as uv.lock pins them
FROM ${BASE_IMAGE} AS build
ARG UV_VERSION=0.13.8
ARG RUNTIME_CLIENT_VERSION=4.2.2
ARG SAM_CLI_VERSION=1.170.0
ENV UV_LINK_MODE=copy UV_NO_CACHE=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir uv==${UV_VERSION}
WORKDIR /build
COPY pyproject.toml uv.lock ./
# The crawler's packages are those that the lock file has for Playwright and for nothing else.
RUN export="/opt/uv/bin/uv export --frozen --no-dev --no-emit-project --no-annotate --no-header --quiet" \
    && $export --prune playwright --output-file core.txt \
    && $export --output-file all.txt \
    && grep --invert-match --line-regexp --fixed-strings --file=core.txt all.txt > crawler.txt \
    && install="/opt/uv/bin/uv pip install --python /usr/bin/python3 --compile-bytecode --only-binary :all:" \
    && $install --require-hashes --no-deps --target /core/opt/python -r core.txt \
    && $install --target /core/opt/python awslambdaric==${RUNTIME_CLIENT_VERSION} \
    && $install --require-hashes --no-deps --target /crawler/opt/python -r crawler.txt \
    && chmod -R a+rX /core /crawler
# The runtime interface emulator lets an image run where there is no Lambda; SAM CLI's wheel carries it.
RUN /opt/uv/bin/uv pip install --python /usr/bin/python3 --no-deps --target /sam aws-sam-cli==${SAM_CLI_VERSION} \
    && mkdir -p /core/usr/local/bin \
    && case "$(uname -m)" in aarch64) arch=arm64 ;; *) arch=x86_64 ;; esac \
    && install --mode=755 /sam/samcli/local/rapid/aws-lambda-rie-${arch} /core/usr/local/bin/aws-lambda-rie \
    && rm -rf /sam

# ---------------------------------------------------------------- code: readable by Lambda's own user
FROM ${BASE_IMAGE} AS code
COPY functions /code/var/task
COPY infra/migrations /code/var/infra/migrations
COPY infra/docker/certificates /code/var/certificates
COPY infra/docker/entrypoint.sh /code/usr/local/bin/sunwi-entrypoint
RUN chmod -R a+rX,go-w /code && chmod 755 /code/usr/local/bin/sunwi-entrypoint

# ---------------------------------------------------------------- core-packages, core
FROM ${BASE_IMAGE} AS core-packages
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /tmp sunwi
COPY --from=build /core /
ENV LANG=C.UTF-8 \
    LAMBDA_TASK_ROOT=/var/task \
    PYTHONPATH=/var/task:/opt/python \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /var/task
ENTRYPOINT ["/usr/local/bin/sunwi-entrypoint"]

FROM core-packages AS core
COPY --from=code /code /
USER sunwi
CMD ["dispatcher.handler.handler"]

# ---------------------------------------------------------------- crawler
FROM core-packages AS crawler
RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium-headless-shell fonts-nanum \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY --from=build /crawler /
COPY --from=code /code /
USER sunwi
CMD ["crawler.handler.handler"]
