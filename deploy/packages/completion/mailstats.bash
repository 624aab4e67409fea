# bash completion of mailstats
_mailstats() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  case $before in
    --data) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --urls | --url | --key) return ;;
  esac
  if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *" feed-demo "* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--url --key --help" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "feed-demo --urls --data --demo --help --version" -- "$word")
  fi
}
complete -F _mailstats mailstats
