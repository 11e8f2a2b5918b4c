#!/bin/sh
# Serve the handler that is named by the first argument, for example dispatcher.handler.handler.
# On Lambda the runtime API is there already; elsewhere its emulator stands in, on port 8080.
set -eu

if [ -n "${AWS_LAMBDA_RUNTIME_API:-}" ]; then
    exec /usr/bin/python3 -m awslambdaric "$@"
fi
exec /usr/local/bin/aws-lambda-rie /usr/bin/python3 -m awslambdaric "$@"
