complete --keep-order --exclusive --command rollbook --arguments "(COMPLETE=fish rollbook -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
