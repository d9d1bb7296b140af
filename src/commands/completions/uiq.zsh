#compdef uiq
# Completes uiq. `uiq completions zsh` prints this.
_uiq() {
    local answer line
    local -a before described
    # Words without their quotes; the last of them without the quote that is still open.
    before=("${(@Q)words[1,CURRENT-1]}")
    if ! answer=$(command uiq completions zsh -- "${before[@]}" ".${(Q)PREFIX}" 2>/dev/null); then
        _files
        return
    fi
    for line in "${(@f)answer}"; do
        [[ -n $line ]] || continue
        line=${line//\\/\\\\}
        line=${line//:/\\:}
        described+=("${line/$'\t'/:}")
    done
    _describe -V uiq described
}
if [[ $funcstack[1] == _uiq ]]; then
    _uiq "$@"
else
    compdef _uiq uiq
fi
