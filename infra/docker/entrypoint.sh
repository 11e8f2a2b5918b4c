#!/bin/sh
# Serve the handler that is named by the first argument, for example dispatcher.handler.handler; anything else is a
# command to run instead. On Lambda the runtime API is there already; elsewhere its emulator stands in, on port 8080,
# and calls this again. Nothing is run as root, even where the container is.
set -eu

if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=sunwi --regid=sunwi --clear-groups "$0" "$@"
fi

case "${1:-}" in
    '') echo "name a handler, for example dispatcher.handler.handler, or a command to run instead" >&2; exit 2 ;;
    *.*.*) ;;
    *) exec "$@" ;;
esac
if [ -n "${AWS_LAMBDA_RUNTIME_API:-}" ]; then
    exec /usr/bin/python3 /usr/local/lib/sunwi/serve_function.py "$@"
fi
exec /usr/local/bin/aws-lambda-rie "$0" "$@"
