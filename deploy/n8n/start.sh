#!/bin/sh
# n8n loads packages from its data folder. That is a volume, so the nodes of this image are put there at each start.
set -eu
packages="${N8N_USER_FOLDER:-/home/node}/.n8n/nodes/node_modules"
mkdir -p "$packages"
rm -rf "$packages/n8n-nodes-ticket-triage"
cp -R /opt/n8n-nodes-ticket-triage "$packages/"
exec /docker-entrypoint.sh "$@"
