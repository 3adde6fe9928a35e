# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rollbook_global_optspecs
    string join \n database-url= database-url-file= lock-timeout= actor= format= color= q/quiet v/verbose h/help V/version
end

function __fish_rollbook_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rollbook_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rollbook_using_subcommand
    set -l cmd (__fish_rollbook_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rollbook -n "__fish_rollbook_needs_command" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_needs_command" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_needs_command" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_needs_command" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_needs_command" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_needs_command" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "users" -d 'Manage users and their roles'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "actions" -d 'Record actions, and read the log of them'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "champions" -d 'Move champions through the pipeline: candidate, selected, champion, alumni'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "import" -d 'Import CSV files: each event lands exactly once, however often it is imported'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "migrate" -d 'Create the tables and keep them current'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "create" -d 'Create a user, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "list" -d 'List users'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "show" -d 'Print a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "update" -d 'Change what is recorded of a user: only what is named'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "roles" -d 'Give and take roles: of one user, of those that a file names, or of all that filters select'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "history" -d 'List what was changed of a user, the latest first: when, by whom, from what, to what'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "stats" -d 'Count users: by role, combination of roles, origin, and week of sign-up'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "export" -d 'Print everything that is held on a person: the user, champion records, audit trail and actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "erase" -d 'Erase what is personal of a user, for good'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "merge" -d 'Merge a user into another: both are one person'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l email -d 'Email address; no two users share one, whatever the case of its ASCII letters' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l name -d 'Name, as the person writes it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l id -d 'Identifier, without blanks and @ [default: usr_ and a ULID]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l origin -d 'Where the sign-up comes from [default: rollbook]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l profile-img -d 'Address of a picture' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l role -d 'Role to give; several with commas, or by repeating the option' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l created-at -d 'When the person signed up [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Succeed when the user is there already, exactly as described'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l role -d 'Only users with this role; repeated, with all of them' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l without-role -d 'Only users without this role; repeated, without any of them' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l origin -d 'Only users who came from here' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l created-after -d 'Only users who signed up at this time or date, or later; or in the last days: 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l created-before -d 'Only users who signed up before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l search -d 'Only users with this text in id, email or name, in any (ASCII) letter case' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l inactive-for -d 'Only users of whom no action is recorded in so long a time, like 14d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l sort -d 'Order by this, the smallest or earliest first' -r -f -a "id\t'Identifier: the order of an index, the fastest'
email\t'Email address'
name\t'Name'
created_at\t'When they signed up'
last_active\t'When their last action was; who never did anything comes first'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l columns -d 'Show these columns, in this order; last_active is one more than there are without it' -r -f -a "id\t''
email\t''
name\t''
origin\t''
profile_img\t''
roles\t''
created_at\t''
last_active\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l as-of -d 'Tell the roles that users had at this time or date, and list those who were there' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l reverse -d 'Order the other way round'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l last-active -d 'Say of each user when their last action was'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l count -d 'Print how many there are, and nothing else'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l as-of -d 'Tell the roles that the user had at this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l email -d 'New email address' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l name -d 'New name' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l origin -d 'New origin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l profile-img -d 'New address of a picture; an empty one removes it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "add" -d 'Give roles; one that is there already is no error'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "remove" -d 'Take roles; one that is not there is no error'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "toggle" -d 'Give the roles that are lacking, and take those that are there'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "set" -d 'Give exactly these roles'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l weeks -d 'How many of the last weeks to tell' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l origins -d 'How many origins to tell; the others are counted together' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l confirm -d 'The email address of the user, as a confirmation' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l metadata -d 'Empty the metadata of the user\'s actions too'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s y -l yes -d 'Do not ask'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a user, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "list" -d 'List users'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change what is recorded of a user: only what is named'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "roles" -d 'Give and take roles: of one user, of those that a file names, or of all that filters select'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "history" -d 'List what was changed of a user, the latest first: when, by whom, from what, to what'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count users: by role, combination of roles, origin, and week of sign-up'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "export" -d 'Print everything that is held on a person: the user, champion records, audit trail and actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "erase" -d 'Erase what is personal of a user, for good'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Merge a user into another: both are one person'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "record" -d 'Record one action, exactly once, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "list" -d 'List actions, newest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "show" -d 'Print one action'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "freshness" -d 'Fail when a source has recorded nothing of late: a watchdog for cron'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "stats" -d 'Count actions, and who did them: by type, time, user, target or source, or by two of these'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "progress" -d 'Tell how far users have come: for each course, cohort and module, when they enrolled, started and completed it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "funnel" -d 'Tell how many users went how far along some steps, and how long each step took'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "lint" -d 'Look for what cannot be right in the log; exit code 3 if there is any'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "export" -d 'Export actions, any number of them: CSV that an import takes, JSON lines, xAPI statements or CloudEvents'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "feed" -d 'Print what a consumer has not acknowledged, in the order of the commits, as JSON lines with a cursor on each'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "ack" -d 'Say that a consumer has done everything up to a cursor of its feed, that action included'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l metadata -d 'What else there is to say: a JSON object, or key=value; repeated, together' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l source-system -d 'The system that reported it' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l source-event-id -d 'The system\'s own identifier of the event' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l idempotency-key -d 'What makes two deliveries one event' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l enrollment -d 'In which enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l at -d 'When it was done [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l user -d 'Only what this user did; by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l type -d 'Only actions of this type; repeated, of any of them' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l target -d 'Only what was done to this kind of thing, or to this one thing' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l enrollment -d 'Only what was done in this enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l source -d 'Only what this system reported' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l since -d 'Only what was done at this time or date, or later; or in the last days: 7d, yesterday' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l until -d 'Only what was done before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l where-metadata -d 'Only actions whose metadata has this member with this value; dots lead into objects, 92 is a number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l sort -d 'Order by this, the latest first' -r -f -a "occurred_at\t'When it was done'
position\t'Where in the log it stands'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l columns -d 'Show these columns, in this order' -r -f -a "id\t''
user_id\t''
enrollment_id\t''
action_type\t''
target_type\t''
target_id\t''
metadata\t''
source_system\t''
source_event_id\t''
idempotency_key\t''
occurred_at\t''
recorded_at\t''
position\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l reverse -d 'Order the other way round'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l count -d 'Print how many there are, and nothing else'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l source -d 'The system to watch [default: all of them together]' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l max-age -d 'How long ago the newest event may be, like 26h' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l user -d 'Only what this user did; by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l type -d 'Only actions of this type; repeated, of any of them' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l target -d 'Only what was done to this kind of thing, or to this one thing' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l enrollment -d 'Only what was done in this enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l source -d 'Only what this system reported' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l since -d 'Only what was done at this time or date, or later; or in the last days: 7d, yesterday' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l until -d 'Only what was done before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l where-metadata -d 'Only actions whose metadata has this member with this value; dots lead into objects, 92 is a number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l by -d 'Count by this; by two of them, with a comma between' -r -f -a "type\t'What was done'
day\t'The day'
week\t'The week, by its Monday'
hour\t'The hour'
user\t'Who did it'
target\t'What it was done to'
source\t'Which system reported it'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l tz -d 'Where days, weeks and hours begin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l limit -d 'Tell at most so many groups: the largest; of days, weeks and hours the latest' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l chart -d 'Whether charts are drawn' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l user -d 'Only this user; by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l course -d 'Only this course' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l cohort -d 'Only users who enrolled in this cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l open -d 'Only what is begun, and neither completed nor left'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l since -d 'Only users who took the first step at this time or date, or later' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l until -d 'Only users who took the first step before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l within -d 'Count a step only when it is taken in so long a time behind the first' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l same-second -d 'How many actions of one user in one second are too many' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l examples -d 'How many examples to show of each kind' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l user -d 'Only what this user did; by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l type -d 'Only actions of this type; repeated, of any of them' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l target -d 'Only what was done to this kind of thing, or to this one thing' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l enrollment -d 'Only what was done in this enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l source -d 'Only what this system reported' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l since -d 'Only what was done at this time or date, or later; or in the last days: 7d, yesterday' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l until -d 'Only what was done before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l where-metadata -d 'Only actions whose metadata has this member with this value; dots lead into objects, 92 is a number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l as -d 'What to write of each action; statements and events are JSON lines' -r -f -a "rows\t'Its columns: CSV, or JSON lines with --format jsonl'
xapi\t'A statement of the Experience API'
cloudevents\t'An event of CloudEvents 1.0'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l homepage -d 'Whose users and things they are, for --as xapi and cloudevents: the address of the platform' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l excel-safe -d 'Guard cells that a spreadsheet would run as formulas; without it nothing is altered'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l gzip -d 'Pack it with gzip'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l zstd -d 'Pack it with zstd'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l limit -d 'Print at most so many' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l type -d 'Print actions of this type alone; repeated, of any of them' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l reset -d 'Move the consumer, and print nothing: to start, end, or a cursor' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l follow -d 'Go on printing what is recorded, until Ctrl-C'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l peek -d 'Look without being entered in the list of consumers'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l list -d 'List the consumers, and how far behind each is'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "record" -d 'Record one action, exactly once, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "list" -d 'List actions, newest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print one action'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "freshness" -d 'Fail when a source has recorded nothing of late: a watchdog for cron'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count actions, and who did them: by type, time, user, target or source, or by two of these'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "progress" -d 'Tell how far users have come: for each course, cohort and module, when they enrolled, started and completed it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "funnel" -d 'Tell how many users went how far along some steps, and how long each step took'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "lint" -d 'Look for what cannot be right in the log; exit code 3 if there is any'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "export" -d 'Export actions, any number of them: CSV that an import takes, JSON lines, xAPI statements or CloudEvents'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "feed" -d 'Print what a consumer has not acknowledged, in the order of the commits, as JSON lines with a cursor on each'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "ack" -d 'Say that a consumer has done everything up to a cursor of its feed, that action included'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "nominate" -d 'Begin records for users, in stage candidate'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "advance" -d 'Move records one step forward: candidate to selected, selected to champion'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "retire" -d 'Move records from champion to alumni'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "move" -d 'Move records to any stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "withdraw" -d 'Remove records of candidates and selected from the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "note" -d 'Write a note on records: behind what is there, with the time and who wrote it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "list" -d 'List champion records, with how long each has been in its stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "show" -d 'Print a champion record, and how it went through the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "history" -d 'List the steps of a record, or of all records of a user: from, to, when, how long, by whom'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "board" -d 'Draw the pipeline: a column a stage, a card a record, the longest-waiting first'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "stats" -d 'Count how many entered and left each stage, how many went on, and how long they stayed'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "suggest" -d 'Suggest who might become a champion: those who did enough, by the action log, and are not in the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l cohort -d 'Nominate for this cohort [default: outside of cohorts]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l notes -d 'Why, in a sentence or more' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l at -d 'When the nomination was made [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l cohort -d 'The users\' records in this cohort [default: those outside of cohorts]; by itself, all records in it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l at -d 'When the step was taken [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l keep-roles -d 'Leave the users\' roles as they are'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l cohort -d 'The users\' records in this cohort [default: those outside of cohorts]; by itself, all records in it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l at -d 'When the step was taken [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l keep-roles -d 'Leave the users\' roles as they are'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l to -d 'The stage to move to' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l cohort -d 'The users\' records in this cohort [default: those outside of cohorts]; by itself, all records in it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l at -d 'When the step was taken [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l force -d 'Move backwards, or over a stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l keep-roles -d 'Leave the users\' roles as they are'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l cohort -d 'The users\' records in this cohort [default: those outside of cohorts]; by itself, all records in it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s y -l yes -d 'Do not ask'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l cohort -d 'The users\' records in this cohort [default: those outside of cohorts]; by itself, all records in it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l file -d 'Change those that a file names, one a line; # begins a comment' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l max-change -d 'Change nothing if it would be more than this: a number, or a share of all, like 5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stdin -d 'Change those that standard input names, one a line; # begins a comment'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s n -l dry-run -d 'Say what would change, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l replace -d 'Put the text in the place of what is there, as it is; an empty one clears it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stage -d 'Only records in this stage; repeated, in any of them' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stage-before -d 'Only records that have been in their stage since before this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stuck-for -d 'Only records that have been in their stage for so long a time, like 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l cohort -d 'Only records in this cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l user -d 'Only records of this user; by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l sort -d 'Order by this, the smallest or earliest first' -r -f -a "id\t'Identifier'
since\t'Since when the record has been in its stage, the longest-waiting first; alumni come last'
created_at\t'When the nomination was recorded'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l columns -d 'Show these columns, in this order' -r -f -a "id\t''
user_id\t''
name\t''
cohort_id\t''
stage\t''
since\t''
waited\t''
notes\t''
selected_at\t''
became_champion_at\t''
created_at\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l reverse -d 'Order the other way round'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l count -d 'Print how many there are, and nothing else'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l cohort -d 'The user\'s record in this cohort [default: the one outside of cohorts]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l cohort -d 'Only records in this cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l overdue -d 'Mark who has been candidate or selected for so long a time' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l limit -d 'Draw at most so many cards in a column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l cohort -d 'Only records in this cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l global -d 'Only records outside of cohorts'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l by-cohort -d 'Count for each cohort by itself'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l by-month -d 'Count for each month (UTC) by itself'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l rules -d 'Read the thresholds from a TOML file: min_threads, min_replies, min_active_days, min_completed, since; those on the command line go before' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-threads -d 'Threads posted, at least' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-replies -d 'Replies posted, at least' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-active-days -d 'Days (UTC) with any action, at least' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-completed -d 'Modules and courses completed, at least' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l since -d 'Count what was done in so long a time [default: 90d]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l cohort -d 'Of those who enrolled in this cohort, for its pipeline [default: everybody, for the one outside of cohorts]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l as-of -d 'Suggest as it would have been at this time or date' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l limit -d 'Suggest at most so many [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l explain -d 'Show what each did against what is wanted'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l backtest -d 'Say which of today\'s champions the rule would have found, and how early'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l nominate -d 'Nominate them, with a note that says why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s n -l dry-run -d 'With --nominate, say who would be nominated, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "nominate" -d 'Begin records for users, in stage candidate'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "advance" -d 'Move records one step forward: candidate to selected, selected to champion'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Move records from champion to alumni'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "move" -d 'Move records to any stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Remove records of candidates and selected from the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "note" -d 'Write a note on records: behind what is there, with the time and who wrote it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "list" -d 'List champion records, with how long each has been in its stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print a champion record, and how it went through the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the steps of a record, or of all records of a user: from, to, when, how long, by whom'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "board" -d 'Draw the pipeline: a column a stage, a card a record, the longest-waiting first'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count how many entered and left each stage, how many went on, and how long they stayed'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "suggest" -d 'Suggest who might become a champion: those who did enough, by the action log, and are not in the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "users" -d 'Import users from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "actions" -d 'Import actions from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "champions" -d 'Import champion records from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "all" -d 'Import users.csv, actions.csv and champions.csv of a folder, whichever are there, in one transaction'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "history" -d 'List what was imported, newest first: by whom, with which outcome'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l on-error -d 'What becomes of the good rows when there are bad ones' -r -f -a "abort\t'Undo the whole import'
skip\t'Keep the good rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l on-conflict -d 'What becomes of rows that are recorded with other content [default: as --on-error says]' -r -f -a "abort\t'Undo the whole import'
skip\t'Leave the row out and count it: no error'
report\t'Leave the row out, say so, and exit with 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l max-errors -d 'Undo it all the same when more rows than this are bad: a number, or a share like 0.5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l commit-every -d 'Commit every so many rows: short locks, and what was committed before an error stays' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l rejects -d 'Write the refused rows to a CSV file, to be mended and imported again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l summary -d 'Write the outcome to a file as one JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l progress -d 'When to show how far it is' -r -f -a "auto\t'A bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l delimiter -d 'What stands between the fields: a character, or comma, semicolon, tab, pipe' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l quote -d 'What fields may be wrapped in: a character, or double, single, none' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l encoding -d 'The encoding of the file, like windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l map -d 'Read a column of the file under another name; _ leaves it out' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l set -d 'Give every row this value in a column that the file lacks' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l assume-tz -d 'Read times without an offset from the clocks of this place, like Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l update -d 'Change users who are there to what the file says; columns that it lacks stay as they are'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s n -l dry-run -d 'Check and judge every row, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l source-system -d 'The source system of rows that name none' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l jobs -d 'Write on so many connections at once; PostgreSQL only' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l on-error -d 'What becomes of the good rows when there are bad ones' -r -f -a "abort\t'Undo the whole import'
skip\t'Keep the good rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l on-conflict -d 'What becomes of rows that are recorded with other content [default: as --on-error says]' -r -f -a "abort\t'Undo the whole import'
skip\t'Leave the row out and count it: no error'
report\t'Leave the row out, say so, and exit with 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l max-errors -d 'Undo it all the same when more rows than this are bad: a number, or a share like 0.5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l commit-every -d 'Commit every so many rows: short locks, and what was committed before an error stays' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l rejects -d 'Write the refused rows to a CSV file, to be mended and imported again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l summary -d 'Write the outcome to a file as one JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l progress -d 'When to show how far it is' -r -f -a "auto\t'A bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l delimiter -d 'What stands between the fields: a character, or comma, semicolon, tab, pipe' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l quote -d 'What fields may be wrapped in: a character, or double, single, none' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l encoding -d 'The encoding of the file, like windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l map -d 'Read a column of the file under another name; _ leaves it out' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l set -d 'Give every row this value in a column that the file lacks' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l assume-tz -d 'Read times without an offset from the clocks of this place, like Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l no-content-key -d 'Give actions without an event id no key: importing them twice records them twice'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l recheck -d 'Read and compare every row of a file that was imported before with the same bytes, all of them'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s n -l dry-run -d 'Check and judge every row, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l on-error -d 'What becomes of the good rows when there are bad ones' -r -f -a "abort\t'Undo the whole import'
skip\t'Keep the good rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l on-conflict -d 'What becomes of rows that are recorded with other content [default: as --on-error says]' -r -f -a "abort\t'Undo the whole import'
skip\t'Leave the row out and count it: no error'
report\t'Leave the row out, say so, and exit with 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l max-errors -d 'Undo it all the same when more rows than this are bad: a number, or a share like 0.5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l commit-every -d 'Commit every so many rows: short locks, and what was committed before an error stays' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l rejects -d 'Write the refused rows to a CSV file, to be mended and imported again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l summary -d 'Write the outcome to a file as one JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l progress -d 'When to show how far it is' -r -f -a "auto\t'A bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l delimiter -d 'What stands between the fields: a character, or comma, semicolon, tab, pipe' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l quote -d 'What fields may be wrapped in: a character, or double, single, none' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l encoding -d 'The encoding of the file, like windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l map -d 'Read a column of the file under another name; _ leaves it out' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l set -d 'Give every row this value in a column that the file lacks' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l assume-tz -d 'Read times without an offset from the clocks of this place, like Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l update -d 'Change records that are there to what the file says: to a later stage, and what else differs'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l force -d 'With --update, move records back to an earlier stage too'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s n -l dry-run -d 'Check and judge every row, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l source-system -d 'The source system of rows that name none' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l on-error -d 'What becomes of the good rows when there are bad ones' -r -f -a "abort\t'Undo the whole import'
skip\t'Keep the good rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l on-conflict -d 'What becomes of rows that are recorded with other content [default: as --on-error says]' -r -f -a "abort\t'Undo the whole import'
skip\t'Leave the row out and count it: no error'
report\t'Leave the row out, say so, and exit with 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l max-errors -d 'Undo it all the same when more rows than this are bad: a number, or a share like 0.5%' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l commit-every -d 'Commit every so many rows: short locks, and what was committed before an error stays' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l rejects -d 'Write the refused rows to a CSV file, to be mended and imported again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l summary -d 'Write the outcome to a file as one JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l progress -d 'When to show how far it is' -r -f -a "auto\t'A bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l delimiter -d 'What stands between the fields: a character, or comma, semicolon, tab, pipe' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l quote -d 'What fields may be wrapped in: a character, or double, single, none' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l encoding -d 'The encoding of the file, like windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l map -d 'Read a column of the file under another name; _ leaves it out' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l set -d 'Give every row this value in a column that the file lacks' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l assume-tz -d 'Read times without an offset from the clocks of this place, like Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l update -d 'Change users who are there to what users.csv says; columns that it lacks stay as they are'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l no-content-key -d 'Give actions without an event id no key: importing them twice records them twice'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l recheck -d 'Read and compare every row of a file that was imported before with the same bytes, all of them'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s n -l dry-run -d 'Check and judge every row, and change nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l kind -d 'Only imports of this kind' -r -f -a "users\t'People'
actions\t'Upstream events'
champions\t'Champion records'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l outcome -d 'Only imports that ended so; repeated, in any of these ways' -r -f -a "committed\t''
partial\t''
refused\t''
failed\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l file -d 'Only imports of the file that was given by this name' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l since -d 'Only imports begun at this time or later' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l until -d 'Only imports begun before this time' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l limit -d 'Stop after this many rows [default: 50 in a table, all of them in any other format]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l after -d 'Go on behind the row with this id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -f -a "show" -d 'Show all that is known of one import'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "users" -d 'Import users from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "actions" -d 'Import actions from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "champions" -d 'Import champion records from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "all" -d 'Import users.csv, actions.csv and champions.csv of a folder, whichever are there, in one transaction'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "history" -d 'List what was imported, newest first: by whom, with which outcome'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -f -a "run" -d 'Apply every pending migration, all or nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -f -a "status" -d 'List the migrations and whether the database has them; writes nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -f -a "revert" -d 'Take the latest migrations back, and the tables they made, with all that is in them'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l exit-code -d 'Exit with 1 when any migration is pending, for deploy scripts'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s n -l number -d 'Take back this many' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l database-url -d 'Use this database: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l database-url-file -d 'Read the database URL from a file, which keeps a password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l lock-timeout -d 'Wait this long for a lock that another process holds' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l actor -d 'Name whoever makes the change in the audit trail [default: the user of this machine]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l format -d 'Write data to standard output in this format' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values with a header line'
ids\t'Identifiers alone, one a line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l color -d 'Use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s y -l yes -d 'Do not ask'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s q -l quiet -d 'Print data and errors only'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s v -l verbose -d 'Say which database is used, and why'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "run" -d 'Apply every pending migration, all or nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "status" -d 'List the migrations and whether the database has them; writes nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "revert" -d 'Take the latest migrations back, and the tables they made, with all that is in them'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "users" -d 'Manage users and their roles'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "actions" -d 'Record actions, and read the log of them'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "champions" -d 'Move champions through the pipeline: candidate, selected, champion, alumni'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "import" -d 'Import CSV files: each event lands exactly once, however often it is imported'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "migrate" -d 'Create the tables and keep them current'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and not __fish_seen_subcommand_from users actions champions import migrate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "create" -d 'Create a user, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "list" -d 'List users'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "show" -d 'Print a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "update" -d 'Change what is recorded of a user: only what is named'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "roles" -d 'Give and take roles: of one user, of those that a file names, or of all that filters select'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "history" -d 'List what was changed of a user, the latest first: when, by whom, from what, to what'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "stats" -d 'Count users: by role, combination of roles, origin, and week of sign-up'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "export" -d 'Print everything that is held on a person: the user, champion records, audit trail and actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "erase" -d 'Erase what is personal of a user, for good'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from users" -f -a "merge" -d 'Merge a user into another: both are one person'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "record" -d 'Record one action, exactly once, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "list" -d 'List actions, newest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "show" -d 'Print one action'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "freshness" -d 'Fail when a source has recorded nothing of late: a watchdog for cron'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "stats" -d 'Count actions, and who did them: by type, time, user, target or source, or by two of these'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "progress" -d 'Tell how far users have come: for each course, cohort and module, when they enrolled, started and completed it'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "funnel" -d 'Tell how many users went how far along some steps, and how long each step took'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "lint" -d 'Look for what cannot be right in the log; exit code 3 if there is any'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "export" -d 'Export actions, any number of them: CSV that an import takes, JSON lines, xAPI statements or CloudEvents'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "feed" -d 'Print what a consumer has not acknowledged, in the order of the commits, as JSON lines with a cursor on each'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from actions" -f -a "ack" -d 'Say that a consumer has done everything up to a cursor of its feed, that action included'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "nominate" -d 'Begin records for users, in stage candidate'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "advance" -d 'Move records one step forward: candidate to selected, selected to champion'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "retire" -d 'Move records from champion to alumni'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "move" -d 'Move records to any stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "withdraw" -d 'Remove records of candidates and selected from the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "note" -d 'Write a note on records: behind what is there, with the time and who wrote it'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "list" -d 'List champion records, with how long each has been in its stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "show" -d 'Print a champion record, and how it went through the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "history" -d 'List the steps of a record, or of all records of a user: from, to, when, how long, by whom'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "board" -d 'Draw the pipeline: a column a stage, a card a record, the longest-waiting first'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "stats" -d 'Count how many entered and left each stage, how many went on, and how long they stayed'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from champions" -f -a "suggest" -d 'Suggest who might become a champion: those who did enough, by the action log, and are not in the pipeline'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "users" -d 'Import users from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "actions" -d 'Import actions from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "champions" -d 'Import champion records from CSV files'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "all" -d 'Import users.csv, actions.csv and champions.csv of a folder, whichever are there, in one transaction'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from import" -f -a "history" -d 'List what was imported, newest first: by whom, with which outcome'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "run" -d 'Apply every pending migration, all or nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "status" -d 'List the migrations and whether the database has them; writes nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "revert" -d 'Take the latest migrations back, and the tables they made, with all that is in them'
