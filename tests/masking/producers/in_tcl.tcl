puts "\n== tcl list"
foreach name [lsort [array names env PLANTED_*]] { puts [list $env($name) x] }
puts "\n== tcl array get"
puts [array get env PLANTED_*]
