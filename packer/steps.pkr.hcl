locals {
  # How every step runs: as root, without standard input, with its variables from a file on a tmpfs. No
  # value of theirs is ever in an argument list, where any process could read it, or on the disk that
  # becomes the image.
  #
  # Packer prints what a script says in the same form as what it says itself. The mark before every line,
  # also after a carriage return, tells the two apart: no script can pass for Packer.
  run_as_root = "sudo -n bash -c 'set -o pipefail; (. {{.EnvVarFile}} && exec bash {{.Path}}) </dev/null 2>&1 | LC_ALL=C sed -u -e \"s/\\r$//\" -e \"s/\\r/\\n/g\" -e \"s/^/| /Mg\"'"
}
