#!/usr/bin/env tclsh
# A platform server of version 1 in Tcl; the arguments are files of more steps.
package require Tcl 8.6
package require json
package require json::write
json::write indented 0
json::write aligned 0
foreach {short word} {str string arr array obj object} {
    interp alias {} $short {} json::write $word
}

# The protocol keeps the pipe; what steps and children print goes to stderr.
set out [open /dev/fd/1 WRONLY]
close stdout
open /dev/fd/2 WRONLY
fconfigure stdin -blocking 0 -encoding utf-8 -translation lf
fconfigure $out -encoding utf-8 -translation lf

set state new
set open ""         ;# the id of the step that runs
set notifies 0
set waiting {}
set definitions {}

proc send args {
    # Without a reader nobody can be told; the end of stdin ends the process.
    catch {puts $::out [obj jsonrpc [str 2.0] {*}$args]; flush $::out}
}
proc answer {id result} {send id $id result $result}
proc refuse {id code text args} {
    send id $id error [obj code $code message [str $text] {*}$args]
}
proc get {dict args} {
    expr {[catch {dict get $dict {*}$args} value] ? "" : $value}
}

# --- what step code calls
proc step {pattern names body} {
    set name step-[llength $::definitions]
    proc $name $names $body
    lappend ::definitions ^(?:$pattern)\$ $name
}
proc fail text {throw {STEP assertion} $text}
proc pending reason {throw {STEP pending} $reason}
proc skip reason {throw {STEP skipped} $reason}
proc log {text {level info}} {
    if {!$::notifies} {return [lappend ::logs [str "\[$level\] $text"]]}
    send method [str log] params \
        [obj id $::open level [str $level] message [str $text]]
}
# Messages are read on meanwhile; here, and nowhere else, a step is cancelled.
proc wait ms {
    set ::timer [after $ms running]
    if {[yield] eq "cancel"} {throw {STEP timeout} "cancelled"}
}

# --- running a step
proc execute params {
    foreach member {logs data exports attachments} {set ::$member {}}
    set ::argument [get $params argument]
    foreach {pattern name} [list {*}$::definitions . ""] {
        set values [regexp -inline -- $pattern [dict get $params step]]
        if {[llength $values]} break
    }
    if {$name eq ""} {return [obj success false status [str undefined]]}
    if {[catch {$name {*}[lrange $values 1 end]} why how]} {
        set result [list success false {*}[explain $why $how]]
    } else {
        set result {success true}
    }
    if {[llength $::data]} {lappend result data [obj {*}$::data]}
    return [obj {*}$result logs [arr {*}$::logs] \
        exports [obj {*}$::exports] attachments [arr {*}$::attachments]]
}
proc explain {why how} {
    lassign [dict get $how -errorcode] domain kind
    if {$domain ne "STEP"} {set kind exception}
    if {$kind in {pending skipped}} {
        return [list status [str $kind] reason [str $why]]
    }
    if {$why eq ""} {set why "it fails without a word"}
    return [list failure [obj kind [str $kind] message [str $why] \
        stackTrace [str [dict get $how -errorinfo]]]]
}

# --- the requests
proc on-initialize {id params} {
    if {$::state ne "new"} {return [refuse $id -32600 "initialized already"]}
    if {1 ni [get $params protocolVersions]} {
        set known [obj supported [arr 1]]
        return [refuse $id 1002 "unsupported version" data $known]
    }
    set ::state serving
    set ::notifies [expr {[get $params capabilities log] eq "true"}]
    answer $id [obj protocolVersion 1 \
        server [obj name [str server-v1.tcl] language [str tcl]] \
        capabilities [obj cancel true log true scenarios true]]
}
proc on-health {id params} {answer $id [obj status [str ok]]}
proc on-executeStep {id params} {
    if {[get $params step] eq ""} {error "no step"}
    set ::open $id
    coroutine running apply {{id params} {
        answer $id [execute $params]
        set ::open ""
        after 0 perform
    }} $id $params
}
proc on-scenarioStarted {id params} {
    array unset ::memory
    answer $id [obj success true]
}
proc on-scenarioFinished {id params} {on-scenarioStarted $id $params}
proc on-shutdown {id params} {
    set ::state closing
    on-scenarioStarted $id $params
}

# --- what comes: a request waits for the one before it, a cancel does not
proc take line {
    if {[catch {json::json2dict $line} message]} {
        return [refuse null -32700 "no JSON"]
    }
    if {[catch {dict size $message}]} {return [refuse null -32600 "no object"]}
    if {[dict exists $message id]} {
        # json2dict does not tell whether it was the text "7" or the number 7.
        set id [dict get $message id]
        if {![string is entier -strict $id] ||
            ![regexp "\"id\"\\s*:\\s*$id\\s*\[,\}]" $line]} {set id [str $id]}
        lappend ::waiting [dict replace $message id $id]
        perform
    } elseif {[get $message method] eq "\$/cancelRequest" &&
              $::open ne "" && [get $message params id] eq $::open} {
        after cancel $::timer
        running cancel
    }
}
proc perform {} {
    while {$::open eq "" && [llength $::waiting]} {
        set ::waiting [lassign $::waiting request]
        set id [dict get $request id]
        set method [get $request method]
        if {$::state eq "closing"} {
            refuse $id 1005 "after shutdown"
        } elseif {$method eq ""} {
            refuse $id -32600 "no method"
        } elseif {[info procs on-$method] eq ""} {
            refuse $id -32601 "unknown method"
        } elseif {[catch {on-$method $id [get $request params]} why]} {
            refuse $id -32602 $why
        }
    }
}
proc listen {} {
    while {[gets stdin line] >= 0} {
        if {[string trim $line] ne ""} {take $line}
    }
    if {[eof stdin]} {exit 0}
}

# --- the steps
step {adds (\d+)} number {incr ::memory(total) $number}
step {has (\d+)} number {
    set total [incr ::memory(total) 0]
    if {$total != $number} {fail "the total is $total"}
}
step {prints (.*)} text {puts $text}
step {shows its argument} {} {
    set rows [lmap row [get $::argument dataTable rows] {
        arr {*}[lmap cell $row {str $cell}]
    }]
    lappend ::data rows [arr {*}$rows]
    dict for {name value} [get $::argument docString] {
        lappend ::data $name [str $value]
    }
}
foreach file $argv {source $file}

fileevent stdin readable listen
vwait forever
