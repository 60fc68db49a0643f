/**
 * The scripts which `valops completion` prints. They hand the words over as they are and never
 * evaluate them: a key name with `$(…)` in it must not run because somebody pressed TAB.
 */
export const completionScripts = {
  bash: `# bash completion for valops
_valops() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <(valops complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _valops valops
`,
  zsh: `#compdef valops
# zsh completion for valops
_valops() {
  local line files
  local -a described
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      files=1
    else
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <(valops complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe -V 'valops' described
  [[ -n $files ]] && _files
}
if [[ \${funcstack[1]} == _valops ]]; then _valops "$@"; else compdef _valops valops; fi
`,
  fish: `# fish completion for valops
function __valops_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (valops complete -- $words[2..-1] 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c valops -f -a '(__valops_complete)'
`,
} as const;
