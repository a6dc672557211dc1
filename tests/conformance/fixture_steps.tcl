# The steps that `mprun conformance` asks for, for server-v1.tcl of
# platform-servers/examples.
set string {"((?:[^"\\]|\\.)*)"}
proc unquote text {string map {\\\" \"} $text}

step {mprun: passes} {} {}
step {mprun: fails} {} {fail "1 is not 2"}
step {mprun: throws} {} {error "thrown"}
step {mprun: is pending} {} {pending "nobody has written it"}
step {mprun: skips} {} {skip "there is no such device"}
step {mprun: sleeps (\d+) ms} ms {wait $ms}
step "mprun: echoes $string" text {
    lappend ::data value [str [unquote $text]]
}
step "mprun: prints $string to stdout" text {puts [unquote $text]}
step "mprun: spawns a child that prints $string" text {
    exec echo [unquote $text] >@stdout
}
step "mprun: logs $string as (\\w+)" {text level} {log [unquote $text] $level}
step {mprun: logs (\d+) bytes} count {log [string repeat x $count]}
step {mprun: attaches (\d+) bytes} count {
    set body [binary encode base64 [string repeat x $count]]
    lappend ::attachments [obj name [str fixture.bin] encoding [str base64] \
        mediaType [str application/octet-stream] body [str $body]]
}
step "mprun: exports $string as $string" {value key} {
    lappend ::exports [unquote $key] [str [unquote $value]]
}
step {mprun: returns unicode} {} {
    lappend ::data text [str "\u0001\u007f\u0085\u2028\u2029\ud83d\ude9a\"\\\n"]
}
step "mprun: remembers $string" text {set ::memory(text) $text}
step "mprun: recalls $string" text {
    if {![info exists ::memory(text)] || $::memory(text) ne $text} {
        fail "it is not remembered"
    }
}
