#!/bin/sh
# Makes the certificates of these tests, good for a hundred years. They guard nothing: the keys are public.
set -eu
cd "$(dirname "$0")"
new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$2" -out "$1.csr" 2>/dev/null; }
sign() { openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 -out "$1.crt" -extfile "$1.ext" 2>/dev/null; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 36500 \
    -subj "/CN=uiq test authority" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign 2>/dev/null
echo "subjectAltName=DNS:localhost,IP:127.0.0.1" >server.ext
echo "subjectAltName=DNS:orchestrator.acme.local" >other.ext
echo "extendedKeyUsage=clientAuth" >client.ext
new server localhost; new other orchestrator.acme.local; new client uiq
sign server; sign other; sign client
# As people make it in a hurry: a certificate of an authority, used as the server's own.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key -out authority.crt -days 36500 \
    -subj "/CN=localhost" -addext basicConstraints=critical,CA:TRUE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null
cat client.crt client.key >client.pem
rm -f ./*.csr ./*.ext ./*.srl ca.key client.crt client.key
