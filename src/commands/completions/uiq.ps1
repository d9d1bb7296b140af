# Completes uiq. `uiq completions powershell` prints this.
Register-ArgumentCompleter -Native -CommandName 'uiq', 'uiq.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # Words as they were meant, not as they were quoted; nothing that was typed is executed.
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } })
    $word = "$wordToComplete" -replace '^["'']', '' -replace '["'']$', ''

    # Names are UTF-8, whatever code page the console has.
    $encoding = [Console]::OutputEncoding
    [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false)
    try {
        $lines = @(& uiq completions powershell -- @words ".$word" 2>$null)
    } finally {
        [Console]::OutputEncoding = $encoding
    }

    # For PowerShell the typographic quotes end a string as well as the straight one does. A name must never become a command.
    # Without a result PowerShell completes the names of files by itself.
    foreach ($line in $lines) {
        $value, $help = "$line" -split "`t", 2
        $written = if ($value -match '[^\w./=+-]') { "'" + ($value -replace "['\u2018-\u201B]", '$0$0') + "'" } else { $value }
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($written, $value, 'ParameterValue', $help)
    }
}
