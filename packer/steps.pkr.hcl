locals {
  # How every step runs: as root, with its variables from a file on a tmpfs. No value of theirs is ever in
  # an argument list, where any process could read it, or on the disk that becomes the image.
  run_as_root = "sudo bash -c '. {{.EnvVarFile}} && exec bash {{.Path}}'"
}
