# Completes uiq. `uiq completions fish` prints this.
function __uiq_complete
    set -l word (commandline --current-token)
    # The word without its quotes; where one is still open, with its end put to it.
    set -l plain (string unescape -- $word; or string unescape -- $word'"'; or string unescape -- $word"'")
    command uiq completions fish -- (commandline --current-process --tokenize --cut-at-cursor) ".$plain" 2>/dev/null
    # A failure means that a file is wanted.
    or __fish_complete_path $plain
end
complete --command uiq --no-files --keep-order --arguments '(__uiq_complete)'
