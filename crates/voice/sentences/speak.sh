#!/bin/sh
# Has a machine say every sentence of sentences.tsv: NAME.alaw, A-law at 8 kHz, without the silence around it.
# Needs espeak-ng and sox (apt-get install espeak-ng sox).
set -eu
cd "$(dirname "$0")"
wav=$(mktemp --suffix .wav)
trap 'rm -f "$wav"' EXIT
grep -v '^#' sentences.tsv | while IFS="$(printf '\t')" read -r name _words pinyin; do
    espeak-ng -v cmn-latn-pinyin -s 215 -g 2 -w "$wav" "$pinyin"
    sox -R "$wav" -r 8000 -c 1 -e a-law -t raw "$name.alaw" norm -3 \
        silence 1 0.01 1% reverse silence 1 0.01 1% reverse pad 0 0.1
done
