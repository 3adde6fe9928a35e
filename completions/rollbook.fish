# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rollbook_global_optspecs
    string join \n database-url= database-url-file= create lock-timeout= actor= tz= reason= operation-id= format= color= q/quiet v/verbose h/help V/version
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

complete -c rollbook -n "__fish_rollbook_needs_command" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_needs_command" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_needs_command" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_needs_command" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_needs_command" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_needs_command" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_needs_command" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_needs_command" -s V -l version -d 'Print version'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "users" -d 'Manage users and their roles'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "actions" -d 'Record, query and export actions'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "champions" -d 'Manage the champion pipeline: candidate, selected, champion, alumni'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "import" -d 'Import CSV, JSON and Excel files; each event is recorded exactly once, even if it is imported again'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "migrate" -d 'Manage the migrations of the database schema'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "audit" -d 'Read the audit trail: who changed what, when and why'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "db" -d 'Back up, restore, verify and move databases'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "doctor" -d 'Check that tables, protective triggers and indexes, settings and the order of the feed are intact'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "check" -d 'Report what is inconsistent between people, roles, the champion pipeline and the log; exit code 1 if anything is'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "report" -d 'Report on a month, a quarter or another period: a page, a message, text, JSON or CSV'
complete -c rollbook -n "__fish_rollbook_needs_command" -f -a "help" -d 'Print the help of a command or of a topic'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "create" -d 'Create a user and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "list" -d 'List users'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "show" -d 'Show a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "update" -d 'Update the given fields of a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "roles" -d 'Manage the roles of users: of arguments, of a list, or of users matched by filters'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "history" -d 'List the changes of a user, latest first: time, actor, old and new values'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "stats" -d 'Count users by role, combination of roles, origin and week of sign-up, and those who are active'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "export" -d 'Export all data about a user: the user, champion records, audit trail and actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "erase" -d 'Permanently erase a user\'s personal data'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "merge" -d 'Merge a duplicate user into another user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "alias" -d 'Manage former email addresses, by which files and events still name a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "trace" -d 'Show every place where a person appears, and what an erasure does with it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "duplicates" -d 'List people who look like one and could be merged'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and not __fish_seen_subcommand_from create list show update roles history stats export erase merge alias trace duplicates erasures" -f -a "erasures" -d 'List the erasures: who erased whom, when and why, latest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l email -d 'Email address; must be unique, ignoring ASCII case' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l name -d 'Display name' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l id -d 'Id, without spaces or @ [default: usr_ followed by a ULID]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l origin -d 'Origin of the sign-up [default: rollbook]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l profile-img -d 'URL of the profile picture' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l role -d 'Role to grant; repeat, or separate with commas, for several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l created-at -d 'Sign-up time [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Succeed if the user already exists with the same values in the given fields'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l role -d 'Filter by role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l without-role -d 'Exclude users with this role; repeat to exclude several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l origin -d 'Filter by origin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l created-after -d 'Only users who signed up at or after this time, date or age, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l created-before -d 'Only users who signed up before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l search -d 'Only users with this text in id, email or name, ignoring case and accents' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l inactive-for -d 'Only users without an action for this long, e.g. 14d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l sort -d 'Sort order, smallest or earliest first' -r -f -a "id\t'Id; fastest, because the list follows an index'
email\t'Email address'
name\t'Name'
created_at\t'Sign-up time'
last_active\t'Time of the last action; users without actions come first'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l as-of -d 'Show roles as of this time, date or age, and only users that existed then' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l last-active -d 'Show the time of each user\'s last action'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l count -d 'Print only the number of users'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l as-of -d 'Show the roles as of this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l email -d 'New email address' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l name -d 'New name' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l origin -d 'New origin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l profile-img -d 'New URL of the profile picture; an empty value removes it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "add" -d 'Grant roles; roles that the user already has are ignored'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "remove" -d 'Remove roles; roles that the user does not have are ignored'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "toggle" -d 'Toggle roles: grant those that the user does not have, remove the others'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from roles" -f -a "set" -d 'Replace all roles with exactly these'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l since -d 'Only users who signed up at or after this time, date or age, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l until -d 'Only users who signed up before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l weeks -d 'Number of weeks to show, up to the current one or --until' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l week-start -d 'Day on which weeks start' -r -f -a "monday\t'As ISO 8601 has it'
sunday\t'As in North America'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l origins -d 'Number of origins to show; the rest are counted as others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l retention -d 'Show, for the users whose first action was in each week, how many acted again in each week after it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l confirm -d 'Email address of the user, as confirmation; asked for on a terminal' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l certificate -d 'Write what was done to a new file, as JSON: of the person, only the id' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l metadata -d 'Also clear the metadata of the user\'s actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l no-vacuum -d 'Leave copies of the data in free space of a SQLite file, until VACUUM clears them'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l with-roles -d 'Grant INTO also the roles admin and superadmin of FROM'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -f -a "add" -d 'Add a former address of a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -f -a "list" -d 'List the former addresses of a user'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from alias" -f -a "remove" -d 'Remove a former address, for example because the person has signed up again'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l by -d 'What to compare' -r -f -a "email\t'Email address'
name\t'Name'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from duplicates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand users; and __fish_seen_subcommand_from erasures" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "record" -d 'Record one action exactly once, and print it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "list" -d 'List actions, newest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "show" -d 'Print one action'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "freshness" -d 'Fail if a source has no recent events, for monitoring from cron'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "stats" -d 'Count actions and users by type, time, user, target, course or source, or by two of these'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "progress" -d 'Show when users enrolled in, started and completed each course, cohort and module'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "funnel" -d 'Show how many users reached each step of a sequence of actions, and how long each step took'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "lint" -d 'Report inconsistencies in the log; exit code 3 if there are any'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "export" -d 'Export actions as CSV (which can be imported again), JSON lines, xAPI statements or CloudEvents'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "feed" -d 'Print a consumer\'s unacknowledged actions in commit order, as JSON lines with a cursor'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and not __fish_seen_subcommand_from record list show freshness stats progress funnel lint export feed ack" -f -a "ack" -d 'Acknowledge a consumer\'s actions up to and including a cursor'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l metadata -d 'Metadata as a JSON object or key=value; may be repeated' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l source-system -d 'Source system of the event' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l source-event-id -d 'Event id in the source system' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l idempotency-key -d 'Key by which repeated deliveries of the event are recognized' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l enrollment -d 'Enrollment id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l at -d 'Time at which the action occurred [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l user -d 'Filter by user, by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l type -d 'Filter by action type; repeat to match any of several' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l target -d 'Filter by target type, or by one target' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l enrollment -d 'Filter by enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l source-system -d 'Filter by source system' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l since -d 'Only actions at or after this time, date, month (2026-05), quarter (2026-Q2), or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l until -d 'Only actions before this time, date, month, quarter, or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l where-metadata -d 'Filter by a metadata value, e.g. device=ios; dots select nested keys, 92 is a number; repeat to require all' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l sort -d 'Sort order, latest first' -r -f -a "occurred_at\t'Time at which the action occurred'
position\t'Position in the log'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l count -d 'Print only the number of actions'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l source-system -d 'Source system to check [default: all together, or each in the configuration]' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l max-age -d 'Maximum age of the newest event, e.g. 26h' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from freshness" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l user -d 'Filter by user, by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l type -d 'Filter by action type; repeat to match any of several' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l target -d 'Filter by target type, or by one target' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l enrollment -d 'Filter by enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l source-system -d 'Filter by source system' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l since -d 'Only actions at or after this time, date, month (2026-05), quarter (2026-Q2), or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l until -d 'Only actions before this time, date, month, quarter, or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l where-metadata -d 'Filter by a metadata value, e.g. device=ios; dots select nested keys, 92 is a number; repeat to require all' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l role -d 'Only users with this role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l exclude-role -d 'Exclude users with one of these roles, e.g. teacher,admin' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l cohort -d 'Only users who enrolled in this cohort; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l course -d 'Only users who enrolled in this course; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l by -d 'Value to count by, or two values separated by a comma' -r -f -a "type\t'Action type'
hour\t'Hour'
day\t'Day'
week\t'Week, shown as the date of its first day'
month\t'Month'
quarter\t'Quarter'
weekday\t'Day of the week'
hour-of-day\t'Hour of the day'
user\t'User id'
target\t'Target, as TYPE:ID'
course\t'Course that is the target, or of the enrollment'
cohort\t'Cohort that is the target, or of the enrollment'
source\t'Source system'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l week-start -d 'Day on which weeks start' -r -f -a "monday\t'As ISO 8601 has it'
sunday\t'As in North America'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l limit -d 'Maximum number of groups, the largest or latest ones [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l chart -d 'When to draw charts' -r -f -a "auto\t'Only on a terminal'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l user -d 'Filter by user, by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l course -d 'Filter by course' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l cohort -d 'Filter by users who enrolled in this cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l by -d 'Count the people of each course or cohort instead: enrolled, started, completed and left' -r -f -a "course\t'Course'
cohort\t'Cohort'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l role -d 'Only users with this role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l exclude-role -d 'Exclude users with one of these roles, e.g. teacher,admin' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l open -d 'Only rows that are neither completed nor left'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from progress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l since -d 'Only users who reached the first step at or after this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l until -d 'Only users who reached the first step before this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l within -d 'Count a step only if it is reached within this time after the first, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l by -d 'Compare the people of each course or cohort that they enrolled in' -r -f -a "course\t'Course'
cohort\t'Cohort'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l role -d 'Only users with this role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l exclude-role -d 'Exclude users with one of these roles, e.g. teacher,admin' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l cohort -d 'Only users who enrolled in this cohort; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l course -d 'Only users who enrolled in this course; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from funnel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l same-second -d 'Report users with at least this many actions in one second' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l examples -d 'Maximum number of examples per rule' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l user -d 'Filter by user, by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l type -d 'Filter by action type; repeat to match any of several' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l target -d 'Filter by target type, or by one target' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l enrollment -d 'Filter by enrollment' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l source-system -d 'Filter by source system' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l since -d 'Only actions at or after this time, date, month (2026-05), quarter (2026-Q2), or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l until -d 'Only actions before this time, date, month, quarter, or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l where-metadata -d 'Filter by a metadata value, e.g. device=ios; dots select nested keys, 92 is a number; repeat to require all' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l as -d 'Format of an action; xapi and cloudevents are written as JSON lines' -r -f -a "rows\t'Columns of the action: CSV, or JSON lines with --format jsonl'
xapi\t'Experience API (xAPI) statement'
cloudevents\t'CloudEvents 1.0 event'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l homepage -d 'Base IRI of the platform, for --as xapi and cloudevents' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l excel-safe -d 'Prefix CSV cells that a spreadsheet would run as formulas with an apostrophe'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l gzip -d 'Compress with gzip'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l zstd -d 'Compress with zstd'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l limit -d 'Maximum number of actions to print' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l type -d 'Action type that the consumer gets; repeat for several. It belongs to the consumer: --reset changes it' -r -f -a "enrolled\t''
viewed_module\t''
started_module\t''
completed_module\t''
answered_question\t''
posted_thread\t''
posted_reply\t''
completed_course\t''
unenrolled\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l reset -d 'Set the consumer\'s cursor to start, end or a cursor, without printing actions' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l max-lag -d 'With --list, exit with code 1 if a consumer has more unacknowledged actions than this' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l follow -d 'Keep printing new actions until Ctrl-C'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l peek -d 'Print actions without registering a new consumer'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l no-create -d 'Fail if the consumer is not registered'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l parked -d 'Print the actions that the consumer has parked'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l forget -d 'Remove the consumer from the list of consumers'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l list -d 'List the consumers and the lag of each'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l rebase -d 'Put a log that was restored from another server in the order of its positions'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s y -l yes -d 'With --rebase, do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s n -l dry-run -d 'With --reset, --forget or --rebase, show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from feed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l park -d 'Keep the action at the cursor in the list of those that could not be processed: see actions feed --parked'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l unpark -d 'Remove the action at the cursor from that list, and acknowledge nothing'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand actions; and __fish_seen_subcommand_from ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "nominate" -d 'Nominate users: create a record in stage candidate for each'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "advance" -d 'Move records one step forward: candidate to selected, selected to champion'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "retire" -d 'Move records from champion to alumni'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "move" -d 'Move records to any stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "withdraw" -d 'Withdraw candidate and selected records from the pipeline, deleting them'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "note" -d 'Append a note to records, with time and author'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "list" -d 'List champion records with the time in their stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "show" -d 'Show a champion record and its stage history'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "history" -d 'List the stage changes of a record, or of all records of a user, with time, duration and actor'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "board" -d 'Show the pipeline as a board, with a column per stage and a card per record'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "stats" -d 'Show how many records entered, left and advanced from each stage, and how long they stayed'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and not __fish_seen_subcommand_from nominate advance retire move withdraw note list show history board stats suggest" -f -a "suggest" -d 'Suggest active users who are not in the pipeline as champions'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l cohort -d 'Cohort to nominate for [default: none, a global record]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l notes -d 'Reason for the nomination, stored as the note of the record' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l at -d 'Time of the nomination [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from nominate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l from -d 'Only advance records in this stage; others are skipped' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l to -d 'Only advance records to this stage; others are skipped' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l cohort -d 'Cohort of the records; without users, every record of the cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l at -d 'Time of the step, with Z or an offset [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l keep-roles -d 'Do not change the users\' roles'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from advance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l cohort -d 'Cohort of the records; without users, every record of the cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l at -d 'Time of the step, with Z or an offset [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l keep-roles -d 'Do not change the users\' roles'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l to -d 'Stage to move to' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l cohort -d 'Cohort of the records; without users, every record of the cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l at -d 'Time of the step, with Z or an offset [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l force -d 'Allow moving backwards or skipping stages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l keep-roles -d 'Do not change the users\' roles'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l cohort -d 'Cohort of the records; without users, every record of the cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l cohort -d 'Cohort of the records; without users, every record of the cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l file -d 'Read ids or emails from a file, one per line' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l max-change -d 'Abort if more than N users or records, or N% of all in the database, would change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s m -l message -d 'Text of the note' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s F -l message-file -d 'Read the text of the note from a file, or from standard input if FILE is -' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l stdin -d 'Read ids or emails from standard input, one per line; the same as --file -'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s y -l yes -d 'Do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l replace -d 'Replace the existing notes with the text; an empty text clears them'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stage -d 'Filter by stage; repeat to match any of several' -r -f -a "candidate\t''
selected\t''
champion\t''
alumni\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stage-before -d 'Only records that entered their stage before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l stuck-for -d 'Only records that have been in their stage for at least this long, e.g. 30d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l cohort -d 'Filter by cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l user -d 'Filter by user, by id or email' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l sort -d 'Sort order, smallest or earliest first' -r -f -a "id\t'Id'
since\t'Time of entering the current stage, so longest in stage first; alumni come last'
created_at\t'Time of the nomination'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l count -d 'Print only the number of records'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l cohort -d 'Cohort of the user\'s record [default: none, the global record]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l cohort -d 'Filter by cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l overdue -d 'Mark candidates and selected that have been in their stage for at least this long' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l limit -d 'Maximum number of cards per column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from board" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l cohort -d 'Filter by cohort' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l global -d 'Only global records, which have no cohort'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l by-cohort -d 'Group by cohort, with the totals of all'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l by-month -d 'Group by month'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l rules -d 'Read min_threads, min_replies, min_active_days, min_completed and since from a TOML file; options override it' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-threads -d 'Minimum number of threads posted' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-replies -d 'Minimum number of replies posted' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-active-days -d 'Minimum number of days (UTC) with any action' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l min-completed -d 'Minimum number of modules and courses completed' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l since -d 'Look-back window for the counts [default: 90d]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l cohort -d 'Only users enrolled in this cohort, for the cohort\'s pipeline [default: all users, for the global pipeline]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l as-of -d 'Suggest as of this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l limit -d 'Maximum number of users [default: 50 in a table; unlimited in other formats and with --nominate]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l explain -d 'Show each user\'s counts and the thresholds'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l backtest -d 'Show which current champions the rule would have found, and how early'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l nominate -d 'Nominate the suggested users, with the reason as a note'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s n -l dry-run -d 'With --nominate, show who would be nominated, without changing anything'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s y -l yes -d 'With --nominate, do not ask for confirmation'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand champions; and __fish_seen_subcommand_from suggest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "users" -d 'Import users from files: CSV, JSON lines or Excel'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "actions" -d 'Import actions from files: CSV, JSON lines or Excel'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "champions" -d 'Import champion records from files: CSV, JSON lines or Excel'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "all" -d 'Import users, actions and champions from a directory in one transaction'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "history" -d 'List past imports with their actor and outcome, newest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "presets" -d 'List and show the presets of known sources'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and not __fish_seen_subcommand_from users actions champions all history presets parked" -f -a "parked" -d 'Record the parked events whose users are known by now; list or remove them'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l empty-clears -d 'With --update, remove the recorded value where this column is empty; without, an empty field changes nothing' -r -f -a "profile_img\t''
roles\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l allow-roles -d 'Privileged roles that the file may grant; the first import of a database may grant all' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l on-error -d 'What to do if rows are rejected' -r -f -a "abort\t'Roll back the whole import'
skip\t'Import the valid rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l on-conflict -d 'What to do with conflicts [default: abort; report with --on-error skip]' -r -f -a "abort\t'Roll back the whole import'
skip\t'Skip the row and count it, without an error'
report\t'Skip the row, report it, and exit with status 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l max-errors -d 'With --on-error skip, roll back (with --commit-every, stop) if more than N rows or N% (e.g. 0.5%) fail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l tolerate -d 'Exit with status 0 if at most N rows or N% are rejected' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l commit-every -d 'Commit after this many rows: locks are short, and rows committed before an error are kept' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l rejects -d 'Write refused rows to a CSV file, to fix and import them again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l summary -d 'Write the outcome to a file as a JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l progress -d 'When to show progress' -r -f -a "auto\t'A progress bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l from -d 'Format or source of the file; without it, the first bytes tell the format' -r -f -a "auto\t'By the first bytes of the file'
csv\t'Delimited text with a header line'
jsonl\t'JSON objects, one a line or in an array'
xlsx\t'Excel workbook'
segment\t'Preset segment'
stripe\t'Preset stripe'
xapi\t'Preset xapi'
cloudevents\t'Preset cloudevents'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l preset -d 'How the fields of a source become columns: a preset by name or a TOML file (rollbook import presets list)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l save-preset -d 'Write how the file is read, as given and as found in it, to a file for --preset' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l map-value -d 'Replace a value: COLUMN is the name of our column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l drop -d 'Ignore a column of the file, by name or number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l skip -d 'Number of lines before the header line' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l sheet -d 'Sheet of a workbook [default: the first]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l sniff -d 'Whether to find format, delimiter and header line in the file' -r -f -a "auto\t'Find what is not given'
off\t'Read the file as it is given: comma, header on the first line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l unmapped -d 'What to do with events whose name the preset does not map' -r -f -a "reject\t'Reject them'
skip\t'Skip and count them'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l deactivated -d 'What to do with people who are deactivated in the source, by the preset' -r -f -a "skip\t'Skip and count them'
report\t'Reject their rows'
remove-roles\t'Take their roles, if they are recorded'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l dialect -d 'Delimiter, quote, escapes and empty values as a program writes them' -r -f -a "excel\t'Comma, double quotes'
excel-semicolon\t'Semicolon, double quotes'
postgres-text\t'PostgreSQL\'s COPY in text format: tab, backslash escapes, \\N'
mysql\t'mysql --batch: tab, backslash escapes, NULL'
rfc4180\t'RFC 4180: comma, double quotes'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l delimiter -d 'Delimiter between fields: a character, or comma, semicolon, tab, pipe [default: comma]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l quote -d 'Quote around fields: a character, or double, single, none [default: double]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l encoding -d 'Encoding of the file, e.g. windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l map -d 'Rename a column of the file; rename it to _ to ignore it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l set -d 'Set a column that is missing in the file to this value in every row' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l null -d 'What stands for no value in an unquoted field; may be repeated [default: \\N]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l time-format -d 'Notation of times besides RFC 3339: a pattern like \'%d.%m.%Y %H:%M\', or epoch, epoch-ms, excel; may be repeated' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l assume-tz -d 'Assume this time zone for timestamps without an offset, e.g. Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l allow-times -d 'Times that are plausible [default: from 1990 to a day from now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l decimal -d 'Decimal point of numbers in metadata columns [default: .]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l max-bytes -d 'Maximum number of bytes to read from a pipe, e.g. 20GB' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l update -d 'Update existing users from the file; columns that it does not have are unchanged'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l overwrite -d 'Replace the files of --rejects, --summary and --save-preset if they exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l trim -d 'Remove blanks around values, in metadata too'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l allow-test -d 'Import test data of the source, as Stripe marks it by livemode'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l allow-unterminated -d 'Accept a last line without a line end from a pipe'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l no-embedded-options -d 'Do not use the options on the first line of a file of rejected rows'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from users" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l source-system -d 'Source system of rows that have none' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l unknown-users -d 'What to do with events of users who are not known: park keeps them until the users are (rollbook import parked)' -r -f -a "reject\t'Reject them'
park\t'Keep them for later'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l jobs -d 'Number of connections that write in parallel; PostgreSQL only' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l on-error -d 'What to do if rows are rejected' -r -f -a "abort\t'Roll back the whole import'
skip\t'Import the valid rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l on-conflict -d 'What to do with conflicts [default: abort; report with --on-error skip]' -r -f -a "abort\t'Roll back the whole import'
skip\t'Skip the row and count it, without an error'
report\t'Skip the row, report it, and exit with status 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l max-errors -d 'With --on-error skip, roll back (with --commit-every, stop) if more than N rows or N% (e.g. 0.5%) fail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l tolerate -d 'Exit with status 0 if at most N rows or N% are rejected' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l commit-every -d 'Commit after this many rows: locks are short, and rows committed before an error are kept' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l rejects -d 'Write refused rows to a CSV file, to fix and import them again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l summary -d 'Write the outcome to a file as a JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l progress -d 'When to show progress' -r -f -a "auto\t'A progress bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l from -d 'Format or source of the file; without it, the first bytes tell the format' -r -f -a "auto\t'By the first bytes of the file'
csv\t'Delimited text with a header line'
jsonl\t'JSON objects, one a line or in an array'
xlsx\t'Excel workbook'
segment\t'Preset segment'
stripe\t'Preset stripe'
xapi\t'Preset xapi'
cloudevents\t'Preset cloudevents'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l preset -d 'How the fields of a source become columns: a preset by name or a TOML file (rollbook import presets list)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l save-preset -d 'Write how the file is read, as given and as found in it, to a file for --preset' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l map-value -d 'Replace a value: COLUMN is the name of our column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l drop -d 'Ignore a column of the file, by name or number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l skip -d 'Number of lines before the header line' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l sheet -d 'Sheet of a workbook [default: the first]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l sniff -d 'Whether to find format, delimiter and header line in the file' -r -f -a "auto\t'Find what is not given'
off\t'Read the file as it is given: comma, header on the first line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l unmapped -d 'What to do with events whose name the preset does not map' -r -f -a "reject\t'Reject them'
skip\t'Skip and count them'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l deactivated -d 'What to do with people who are deactivated in the source, by the preset' -r -f -a "skip\t'Skip and count them'
report\t'Reject their rows'
remove-roles\t'Take their roles, if they are recorded'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l dialect -d 'Delimiter, quote, escapes and empty values as a program writes them' -r -f -a "excel\t'Comma, double quotes'
excel-semicolon\t'Semicolon, double quotes'
postgres-text\t'PostgreSQL\'s COPY in text format: tab, backslash escapes, \\N'
mysql\t'mysql --batch: tab, backslash escapes, NULL'
rfc4180\t'RFC 4180: comma, double quotes'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l delimiter -d 'Delimiter between fields: a character, or comma, semicolon, tab, pipe [default: comma]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l quote -d 'Quote around fields: a character, or double, single, none [default: double]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l encoding -d 'Encoding of the file, e.g. windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l map -d 'Rename a column of the file; rename it to _ to ignore it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l set -d 'Set a column that is missing in the file to this value in every row' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l null -d 'What stands for no value in an unquoted field; may be repeated [default: \\N]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l time-format -d 'Notation of times besides RFC 3339: a pattern like \'%d.%m.%Y %H:%M\', or epoch, epoch-ms, excel; may be repeated' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l assume-tz -d 'Assume this time zone for timestamps without an offset, e.g. Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l allow-times -d 'Times that are plausible [default: from 1990 to a day from now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l decimal -d 'Decimal point of numbers in metadata columns [default: .]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l max-bytes -d 'Maximum number of bytes to read from a pipe, e.g. 20GB' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l no-content-key -d 'Do not derive a key from the content of actions without an event id: importing them twice records them twice'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l recheck -d 'Compare every row, even if the same file was already imported completely'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l overwrite -d 'Replace the files of --rejects, --summary and --save-preset if they exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l trim -d 'Remove blanks around values, in metadata too'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l allow-test -d 'Import test data of the source, as Stripe marks it by livemode'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l allow-unterminated -d 'Accept a last line without a line end from a pipe'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l no-embedded-options -d 'Do not use the options on the first line of a file of rejected rows'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from actions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l empty-clears -d 'With --update, remove the recorded value where this column is empty; without, an empty field changes nothing' -r -f -a "notes\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l on-error -d 'What to do if rows are rejected' -r -f -a "abort\t'Roll back the whole import'
skip\t'Import the valid rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l on-conflict -d 'What to do with conflicts [default: abort; report with --on-error skip]' -r -f -a "abort\t'Roll back the whole import'
skip\t'Skip the row and count it, without an error'
report\t'Skip the row, report it, and exit with status 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l max-errors -d 'With --on-error skip, roll back (with --commit-every, stop) if more than N rows or N% (e.g. 0.5%) fail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l tolerate -d 'Exit with status 0 if at most N rows or N% are rejected' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l commit-every -d 'Commit after this many rows: locks are short, and rows committed before an error are kept' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l rejects -d 'Write refused rows to a CSV file, to fix and import them again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l summary -d 'Write the outcome to a file as a JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l progress -d 'When to show progress' -r -f -a "auto\t'A progress bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l from -d 'Format or source of the file; without it, the first bytes tell the format' -r -f -a "auto\t'By the first bytes of the file'
csv\t'Delimited text with a header line'
jsonl\t'JSON objects, one a line or in an array'
xlsx\t'Excel workbook'
segment\t'Preset segment'
stripe\t'Preset stripe'
xapi\t'Preset xapi'
cloudevents\t'Preset cloudevents'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l preset -d 'How the fields of a source become columns: a preset by name or a TOML file (rollbook import presets list)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l save-preset -d 'Write how the file is read, as given and as found in it, to a file for --preset' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l map-value -d 'Replace a value: COLUMN is the name of our column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l drop -d 'Ignore a column of the file, by name or number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l skip -d 'Number of lines before the header line' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l sheet -d 'Sheet of a workbook [default: the first]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l sniff -d 'Whether to find format, delimiter and header line in the file' -r -f -a "auto\t'Find what is not given'
off\t'Read the file as it is given: comma, header on the first line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l unmapped -d 'What to do with events whose name the preset does not map' -r -f -a "reject\t'Reject them'
skip\t'Skip and count them'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l deactivated -d 'What to do with people who are deactivated in the source, by the preset' -r -f -a "skip\t'Skip and count them'
report\t'Reject their rows'
remove-roles\t'Take their roles, if they are recorded'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l dialect -d 'Delimiter, quote, escapes and empty values as a program writes them' -r -f -a "excel\t'Comma, double quotes'
excel-semicolon\t'Semicolon, double quotes'
postgres-text\t'PostgreSQL\'s COPY in text format: tab, backslash escapes, \\N'
mysql\t'mysql --batch: tab, backslash escapes, NULL'
rfc4180\t'RFC 4180: comma, double quotes'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l delimiter -d 'Delimiter between fields: a character, or comma, semicolon, tab, pipe [default: comma]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l quote -d 'Quote around fields: a character, or double, single, none [default: double]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l encoding -d 'Encoding of the file, e.g. windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l map -d 'Rename a column of the file; rename it to _ to ignore it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l set -d 'Set a column that is missing in the file to this value in every row' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l null -d 'What stands for no value in an unquoted field; may be repeated [default: \\N]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l time-format -d 'Notation of times besides RFC 3339: a pattern like \'%d.%m.%Y %H:%M\', or epoch, epoch-ms, excel; may be repeated' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l assume-tz -d 'Assume this time zone for timestamps without an offset, e.g. Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l allow-times -d 'Times that are plausible [default: from 1990 to a day from now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l decimal -d 'Decimal point of numbers in metadata columns [default: .]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l max-bytes -d 'Maximum number of bytes to read from a pipe, e.g. 20GB' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l update -d 'Update existing records from the file: move them to a later stage, and change other fields'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l force -d 'With --update, also move records back to an earlier stage'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l overwrite -d 'Replace the files of --rejects, --summary and --save-preset if they exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l trim -d 'Remove blanks around values, in metadata too'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l allow-test -d 'Import test data of the source, as Stripe marks it by livemode'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l allow-unterminated -d 'Accept a last line without a line end from a pipe'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l no-embedded-options -d 'Do not use the options on the first line of a file of rejected rows'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from champions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l allow-roles -d 'Privileged roles that the file may grant; the first import of a database may grant all' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l source-system -d 'Source system of rows that have none' -r -f -a "webhook\t''
app\t''
stripe\t''
segment\t''
manual\t''
cron_worker\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l unknown-users -d 'What to do with events of users who are not known: park keeps them until the users are (rollbook import parked)' -r -f -a "reject\t'Reject them'
park\t'Keep them for later'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l on-error -d 'What to do if rows are rejected' -r -f -a "abort\t'Roll back the whole import'
skip\t'Import the valid rows'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l on-conflict -d 'What to do with conflicts [default: abort; report with --on-error skip]' -r -f -a "abort\t'Roll back the whole import'
skip\t'Skip the row and count it, without an error'
report\t'Skip the row, report it, and exit with status 4'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l max-errors -d 'With --on-error skip, roll back (with --commit-every, stop) if more than N rows or N% (e.g. 0.5%) fail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l tolerate -d 'Exit with status 0 if at most N rows or N% are rejected' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l commit-every -d 'Commit after this many rows: locks are short, and rows committed before an error are kept' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l summary -d 'Write the outcome to a file as a JSON document; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l progress -d 'When to show progress' -r -f -a "auto\t'A progress bar on a terminal, nothing elsewhere'
plain\t'A line every ten seconds'
off\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l from -d 'Format or source of the file; without it, the first bytes tell the format' -r -f -a "auto\t'By the first bytes of the file'
csv\t'Delimited text with a header line'
jsonl\t'JSON objects, one a line or in an array'
xlsx\t'Excel workbook'
segment\t'Preset segment'
stripe\t'Preset stripe'
xapi\t'Preset xapi'
cloudevents\t'Preset cloudevents'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l preset -d 'How the fields of a source become columns: a preset by name or a TOML file (rollbook import presets list)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l save-preset -d 'Write how the file is read, as given and as found in it, to a file for --preset' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l map-value -d 'Replace a value: COLUMN is the name of our column' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l drop -d 'Ignore a column of the file, by name or number' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l skip -d 'Number of lines before the header line' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l sheet -d 'Sheet of a workbook [default: the first]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l sniff -d 'Whether to find format, delimiter and header line in the file' -r -f -a "auto\t'Find what is not given'
off\t'Read the file as it is given: comma, header on the first line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l unmapped -d 'What to do with events whose name the preset does not map' -r -f -a "reject\t'Reject them'
skip\t'Skip and count them'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l deactivated -d 'What to do with people who are deactivated in the source, by the preset' -r -f -a "skip\t'Skip and count them'
report\t'Reject their rows'
remove-roles\t'Take their roles, if they are recorded'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l dialect -d 'Delimiter, quote, escapes and empty values as a program writes them' -r -f -a "excel\t'Comma, double quotes'
excel-semicolon\t'Semicolon, double quotes'
postgres-text\t'PostgreSQL\'s COPY in text format: tab, backslash escapes, \\N'
mysql\t'mysql --batch: tab, backslash escapes, NULL'
rfc4180\t'RFC 4180: comma, double quotes'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l delimiter -d 'Delimiter between fields: a character, or comma, semicolon, tab, pipe [default: comma]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l quote -d 'Quote around fields: a character, or double, single, none [default: double]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l encoding -d 'Encoding of the file, e.g. windows-1252 [default: UTF-8]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l map -d 'Rename a column of the file; rename it to _ to ignore it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l set -d 'Set a column that is missing in the file to this value in every row' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l null -d 'What stands for no value in an unquoted field; may be repeated [default: \\N]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l time-format -d 'Notation of times besides RFC 3339: a pattern like \'%d.%m.%Y %H:%M\', or epoch, epoch-ms, excel; may be repeated' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l assume-tz -d 'Assume this time zone for timestamps without an offset, e.g. Europe/Berlin' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l allow-times -d 'Times that are plausible [default: from 1990 to a day from now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l decimal -d 'Decimal point of numbers in metadata columns [default: .]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l max-bytes -d 'Maximum number of bytes to read from a pipe, e.g. 20GB' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l rejects -d 'Write refused rows to a CSV file, to fix and import them again' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l update -d 'Update existing users from users.csv; columns that it does not have are unchanged'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l no-content-key -d 'Do not derive a key from the content of actions without an event id: importing them twice records them twice'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l recheck -d 'Compare every row, even if the same file was already imported completely'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s n -l dry-run -d 'Show what would change, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l overwrite -d 'Replace the files of --rejects, --summary and --save-preset if they exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l trim -d 'Remove blanks around values, in metadata too'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l allow-test -d 'Import test data of the source, as Stripe marks it by livemode'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l allow-unterminated -d 'Accept a last line without a line end from a pipe'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l no-embedded-options -d 'Do not use the options on the first line of a file of rejected rows'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l kind -d 'Filter by kind' -r -f -a "users\t'Users'
actions\t'Actions, as events from a source system'
champions\t'Champion records'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l outcome -d 'Filter by outcome; repeat to match any of several' -r -f -a "committed\t''
partial\t''
rolled_back\t''
failed\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l file -d 'Filter by file name, as it was given to the import' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l since -d 'Only imports started at or after this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l until -d 'Only imports started before this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from history" -f -a "show" -d 'Show one import with all fields'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -f -a "list" -d 'List the presets that come with the program'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -f -a "ls" -d 'List the presets that come with the program'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from presets" -f -a "show" -d 'Print a preset as a TOML file, to adapt it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l older-than -d 'With --drop, those parked before this time, date or age, e.g. 90d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l list -d 'List the parked events instead'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l drop -d 'Remove parked events instead'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -s n -l dry-run -d 'Show what would be done, without doing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand import; and __fish_seen_subcommand_from parked" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -f -a "run" -d 'Apply all pending migrations in one transaction'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -f -a "status" -d 'List all migrations as applied or pending, without changing the database'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -f -a "revert" -d 'Revert the latest migrations; tables created by them are dropped'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and not __fish_seen_subcommand_from run status revert grants" -f -a "grants" -d 'Print or apply the least rights of database roles, on PostgreSQL'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l exit-code -d 'Exit with code 1 if a migration is pending, for deployment scripts'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l steps -d 'Number of migrations to revert' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l confirm -d 'Name of the database, as confirmation' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l with-data -d 'Also drop tables that have rows'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s n -l dry-run -d 'Show what would be reverted, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from revert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l operator -d 'Role of people who administer; repeat for several' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l importer -d 'Role of jobs that import actions, and of consumers of the feed; repeat for several' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l reader -d 'Role of reports; repeat for several' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l apply -d 'Grant the rights; without it, the statements are printed'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand migrate; and __fish_seen_subcommand_from grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -f -a "list" -d 'List changes of users, roles and champion records, imports, and refused attempts, latest first'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -f -a "show" -d 'Show one change with its old and new values, actor, reason and operation'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and not __fish_seen_subcommand_from list show verify" -f -a "verify" -d 'Replay the audit trail, and compare it with the roles, stages, merges and erasures that are stored'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l actor -d 'Filter by the actor who made the change' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l subject -d 'Filter by what was changed: a user by id or email, a champion record or an import by id' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l kind -d 'Filter by the kind of what was changed' -r -f -a "user\t''
champion\t''
import\t''
log\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l verb -d 'Filter by the kind of change, such as create, roles, advance, merge; repeat to match any of several' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l role -d 'Only changes that granted or removed this role' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l since -d 'Only changes at or after this time, date or age, e.g. 7d' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l until -d 'Only changes before this time, date or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l operation -d 'Filter by the operation that the change was part of' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l columns -d 'Columns to show, in this order, in any format but ids' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l limit -d 'Maximum number of rows [default: 50 in a table, unlimited in other formats]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l after -d 'Start after this cursor, as the previous page printed it' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l refused -d 'Only attempts that a rule refused'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l reverse -d 'Reverse the order'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -s h -l help -d 'Print help'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -f -a "backup" -d 'Write a backup of the database to a new file, and verify it'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -f -a "verify" -d 'Check a backup: that it can be read to its end, and has all tables and guards'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -f -a "restore" -d 'Restore a backup into another database'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and not __fish_seen_subcommand_from backup verify restore copy" -f -a "copy" -d 'Copy a whole database into an empty one, from SQLite to PostgreSQL or back'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l keep -d 'Keep only the newest N backups in the directory' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l overwrite -d 'Replace the file if it exists'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l to -d 'URL of the database to restore into' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l confirm -d 'Name of the database, if it has data that the backup is to replace' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -s n -l dry-run -d 'Show what would be restored, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -s n -l dry-run -d 'Show what would be copied, without changing it'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand db; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l inactive-for -d 'Report administrators without an action for this long' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l without-log -d 'Leave out the log, which takes time if it is large'
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l since -d 'First moment of the period: a time, date, month, quarter or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l until -d 'First moment after the period [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l month -d 'Month, e.g. 2026-05' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l quarter -d 'Quarter, e.g. 2026-Q2' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l compare -d 'Period to compare with' -r -f -a "previous\t'The period of the same length before it'
year\t'The same period a year earlier'
none\t'None'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l week-start -d 'Day on which weeks start' -r -f -a "monday\t'As ISO 8601 has it'
sunday\t'As in North America'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l role -d 'Only users with this role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l exclude-role -d 'Exclude users with one of these roles, e.g. teacher,admin' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l cohort -d 'Only users who enrolled in this cohort; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l course -d 'Only users who enrolled in this course; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l section -d 'Section to include; repeat for several [default: all]' -r -f -a "summary\t''
active-weeks\t''
sign-ups\t''
funnel\t''
courses\t''
cohorts\t''
retention\t''
champions\t''
hours\t''
data\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -s o -l output -d 'File to write: .html, .eml, .txt, .json or .csv; - for standard output [default: text on standard output]' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l small-numbers -d 'Show numbers of fewer than five people, for use inside the community\'s team'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l overwrite -d 'Replace the file if it exists'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l email -d 'Write a message with the page attached, to be sent by a mail program'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and not __fish_seen_subcommand_from chart" -f -a "chart" -d 'Write one chart of the report as a picture'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l since -d 'First moment of the period: a time, date, month, quarter or age' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l until -d 'First moment after the period [default: now]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l month -d 'Month, e.g. 2026-05' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l quarter -d 'Quarter, e.g. 2026-Q2' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l compare -d 'Period to compare with' -r -f -a "previous\t'The period of the same length before it'
year\t'The same period a year earlier'
none\t'None'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l week-start -d 'Day on which weeks start' -r -f -a "monday\t'As ISO 8601 has it'
sunday\t'As in North America'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l role -d 'Only users with this role; repeat to require all of several' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l exclude-role -d 'Exclude users with one of these roles, e.g. teacher,admin' -r -f -a "student\t''
teacher\t''
admin\t''
champion\t''
superadmin\t''"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l cohort -d 'Only users who enrolled in this cohort; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l course -d 'Only users who enrolled in this course; repeat to add others' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -s o -l output -d 'File to write, .svg; - for standard output' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l title -d 'Title above the chart [default: that of the section and the period]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l width -d 'Width in pixels' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l height -d 'Height in pixels' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l small-numbers -d 'Show numbers of fewer than five people, for use inside the community\'s team'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l overwrite -d 'Replace the file if it exists'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand report; and __fish_seen_subcommand_from chart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l database-url -d 'Database URL: sqlite:PATH, a path, or postgres://…' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l database-url-file -d 'Read the database URL from a file, to keep its password out of the process list' -r -F
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l lock-timeout -d 'Maximum time to wait for a lock held by another process' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l actor -d 'Actor to record in the audit trail (default: $ROLLBOOK_ACTOR, else USER@HOST)' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l tz -d 'Time zone in which dates are read and tables show times [default: $ROLLBOOK_TZ, else UTC]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l reason -d 'Why the change is made, for the audit trail' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l operation-id -d 'Id of the change: repeating the command with the same id changes nothing more [default: a new id]' -r
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l format -d 'Output format' -r -f -a "table\t'Aligned columns'
json\t'One JSON document'
jsonl\t'One JSON object per line'
csv\t'Comma-separated values with a header line'
ids\t'Ids only, one per line'"
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l color -d 'When to use colors' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -l create -d 'Create the SQLite file if it does not exist'
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -s q -l quiet -d 'Do not print status messages'
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -s v -l verbose -d 'Show which database is used, and where its URL comes from; -vv also shows each SQL statement and its time'
complete -c rollbook -n "__fish_rollbook_using_subcommand help" -s h -l help -d 'Print help'
