# bash completion of mailstats-collector
_mailstats_collector() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local both="--url --key --key-file --format --map --year --time-zone --state --local-domains --local-relays --outgoing-relays --help"
  local formats="exchange exim haraka hmailserver kumomta mailenable mapping opensmtpd postal postfix powermta sendmail stalwart"
  case $before in
    --format) mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$word"); return ;;
    --incomplete) mapfile -t COMPREPLY < <(compgen -W "keep send" -- "$word"); return ;;
    --state) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --url | --key | --year | --time-zone | --host) return ;;
    --*) [[ $word == -* ]] || { mapfile -t COMPREPLY < <(compgen -f -- "$word"); return; } ;;
  esac
  if [[ $word != -* && $COMP_CWORD -gt 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  case ${COMP_WORDS[1]} in
    import) mapfile -t COMPREPLY < <(compgen -W "$both --incomplete --try" -- "$word") ;;
    follow) mapfile -t COMPREPLY < <(compgen -W "$both --host" -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "import follow --help --version" -- "$word") ;;
  esac
}
complete -o filenames -F _mailstats_collector mailstats-collector
