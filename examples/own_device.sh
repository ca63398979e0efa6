#!/bin/sh
# A pulse oximeter of your own, beside a running `make run`. Run it in the repository's folder;
# mosquitto_pub comes with Debian's mosquitto-clients.
set -eu
PATH="$PWD/.venv/bin:$PATH"
me=${1:-my-oximeter}

enrol=$(homeward device add "$me" --kind oximeter --patient W3-1001 | tail -n 1)
$enrol
port=$(sed -n 's/.*"mqtt_port": *\([0-9]*\).*/\1/p' "$me/device.json")
mosquitto_pub -h localhost -p "$port" -i "$me" -V mqttv5 -q 1 --cafile "$me/ca.pem" \
    --cert "$me/cert.pem" --key "$me/key.pem" -t "devices/$me/readings" \
    -m '{"vital":"pulse","value":72,"unit":"/min","at":"'"$(date -u +%FT%T.%3NZ)"'"}'
