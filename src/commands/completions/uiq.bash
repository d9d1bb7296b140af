# Completes uiq. `uiq completions bash` prints this.
_uiq() {
    local candidates candidate
    COMPREPLY=()
    # What fits is quoted already; a failure means that a file is wanted, and is left to `-o default`.
    candidates=$(command uiq completions bash -- "$COMP_WORDBREAKS" ".${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if (($?)); then
        compopt -o default 2>/dev/null
    else
        compopt +o default 2>/dev/null
    fi
    while IFS= read -r candidate; do
        [[ -z $candidate ]] || COMPREPLY+=("$candidate")
    done <<<"$candidates"
}
complete -o default -F _uiq uiq
