use std::io::{self, Write as _};

use clap::ValueEnum;
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::error::ExitStatus;

/// Print the lines that make a shell complete commands, options and values
///
/// In ~/.bashrc: source <(rollbook completions bash). In ~/.zshrc, after compinit: source <(rollbook completions zsh). For
/// fish: rollbook completions fish > ~/.config/fish/completions/rollbook.fish. The shell then asks rollbook for each completion, also for
/// users, cohorts, courses and consumers from the configured database, which it only reads.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the shell
    #[arg(value_enum)]
    shell: Shell,
}

/// A shell that can ask for completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash 4.4 or later
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
    /// Elvish
    Elvish,
}

impl Shell {
    const fn completer(self) -> &'static dyn EnvCompleter {
        match self {
            Self::Bash => &Bash,
            Self::Zsh => &Zsh,
            Self::Fish => &Fish,
            Self::Powershell => &Powershell,
            Self::Elvish => &Elvish,
        }
    }

    /// The lines for the shell, which find the program by its name.
    ///
    /// # Errors
    /// When memory is short.
    pub fn registration(self) -> io::Result<Vec<u8>> {
        let mut script = Vec::new();
        self.completer().write_registration("COMPLETE", "rollbook", "rollbook", "rollbook", &mut script)?;
        if self == Self::Bash {
            return Ok(with_whole_words(&String::from_utf8_lossy(&script)).into_bytes());
        }
        if self == Self::Zsh {
            // As a file on fpath, the script is run by the first completion, which it must then answer.
            script.extend(b"[[ $funcstack[1] = _rollbook ]] && _clap_dynamic_completer_rollbook \"$@\"\n");
        }
        Ok(script)
    }
}

/// How the generated script for Bash takes the words of the line, which Bash has split at `@`, `=` and `:`, too.
const SPLIT_WORDS: &str = r#"    local words=("${COMP_WORDS[@]}")
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        words[COMP_CWORD]="$2"
    fi
"#;

/// Puts parts of a word together that no blank separates; the answers then lose the parts before the last one.
const WHOLE_WORDS: &str = r#"    local words=() line="$COMP_LINE" before="" word i
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word="${COMP_WORDS[i]}"
        if ((i == COMP_CWORD)); then
            before=""
        fi
        if ((i > 0)) && [[ -n "$word" && "$line" != [[:space:]]* ]]; then
            if ((i == COMP_CWORD)); then
                before="${words[${#words[@]}-1]}"
                if [[ "$word" != *[!@=:]* ]]; then
                    before+="$word"
                fi
            fi
            words[${#words[@]}-1]+="$word"
        else
            words+=("$word")
            if [[ -n "$word" ]]; then
                line="${line#"${line%%[![:space:]]*}"}"
            fi
        fi
        line="${line#"$word"}"
        if ((i == COMP_CWORD)); then
            _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1))
        fi
    done
    words[_CLAP_COMPLETE_INDEX]="$before$2"
"#;

fn with_whole_words(script: &str) -> String {
    let strip = "    ) )\n    COMPREPLY=(\"${COMPREPLY[@]#\"$before\"}\")\n";
    script.replace(SPLIT_WORDS, WHOLE_WORDS).replace(
        "    ) )\n    if [[ $? != 0 ]]; then\n",
        &format!("    ) )\n    local status=$?\n{}    if [[ $status != 0 ]]; then\n", &strip["    ) )\n".len()..]),
    )
}

impl Args {
    /// Prints the lines.
    ///
    /// # Errors
    /// When memory is short.
    pub fn print(&self) -> anyhow::Result<ExitStatus> {
        // A closed pipe is no error of the command.
        drop(io::stdout().write_all(&self.shell.registration()?));
        Ok(ExitStatus::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_bash_are_put_together() {
        let script = String::from_utf8(Shell::Bash.registration().unwrap()).unwrap();
        assert!(
            script.contains(WHOLE_WORDS) && script.contains("local status=$?"),
            "another generated script:\n{script}"
        );
    }
}
