# The web image of the small fleet.
# Rendered by bake from the fleet file. Edit that file, not this one.

locals {
  # On every resource from its first moment, so that nothing of a killed run is an orphan.
  run_tags = {
    "Name"             = "small-web"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "small"
    "bake:generation"  = var.generation
    "bake:role"        = "web"
    "bake:run"         = var.run_id
    "bake:version"     = var.bake_version
  }

  image_tags = {
    "Name"             = "small-web"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "small"
    "bake:generation"  = var.generation
    "bake:role"        = "web"
    "bake:run"         = var.run_id
    "bake:source-ami"  = var.source_ami
    "bake:state"       = var.image_state
    "bake:version"     = var.bake_version
  }
}

source "amazon-ebs" "web" {
  ami_name        = var.ami_name
  ami_description = "web image of the small fleet, baked with OSSEC inside"
  region          = "us-east-1"

  # One AMI id, resolved by bake with its owner checked: a filter here could choose another one.
  source_ami    = var.source_ami
  instance_type = "t3.micro"

  # A builder that shuts down is gone, and so is its volume.
  shutdown_behavior = "terminate"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  imds_support = "v2.0"

  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = 8
    delete_on_termination = true
  }

  communicator                 = "ssh"
  ssh_username                 = "admin"
  ssh_interface                = "private_ip"
  ssh_timeout                  = "10m"
  ssh_file_transfer_method     = "sftp"
  ssh_clear_authorized_keys    = true
  ssh_disable_agent_forwarding = true
  temporary_key_pair_type      = "ed25519"

  # The temporary security group lets in these ranges and nobody else.
  temporary_security_group_source_cidrs = var.ssh_source_cidrs
  associate_public_ip_address           = false

  # Both settings: together they are the longest wait, an hour.
  aws_polling {
    delay_seconds = 2
    max_attempts  = 1800
  }

  run_tags        = local.run_tags
  run_volume_tags = local.run_tags
  tags            = local.image_tags
  snapshot_tags   = local.image_tags
}

build {
  sources = ["source.amazon-ebs.web"]

  provisioner "shell" {
    inline = [
      "sudo install -d -m 0755 -o \"$(id -un)\" /var/tmp/bake /var/tmp/bake/artifacts",
      "sudo install -d -m 0700 -o \"$(id -un)\" /run/bake",
    ]
  }

  provisioner "file" {
    source      = "${path.root}/steps"
    destination = "/var/tmp/bake"
  }

  provisioner "file" {
    source      = "${var.artifacts_folder}/"
    destination = "/var/tmp/bake/artifacts"
  }

  provisioner "shell" {
    script           = "${path.root}/steps/01-wait-for-boot/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/01-wait-for-boot",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/02-base-packages/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/02-base-packages",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/03-base-authorized-keys/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/03-base-authorized-keys",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/04-ossec/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/04-ossec",
      "BAKE_OSSEC_TARBALL_FILE=/var/tmp/bake/artifacts/${var.ossec_tarball_sha256}",
      "BAKE_OSSEC_TARBALL_SHA256=${var.ossec_tarball_sha256}",
      "BAKE_OSSEC_BUILT_TREES=${var.ossec_built_trees}",
    ]
  }

  provisioner "file" {
    direction   = "download"
    sources     = ["/var/tmp/bake/built/platform", "/var/tmp/bake/built/ossec-tree.tar.gz"]
    destination = "${var.built_folder}/"
  }

  provisioner "shell" {
    script           = "${path.root}/steps/05-web-packages/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/05-web-packages",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/06-web-step-site/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/06-web-step-site",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/07-ossec-config/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/07-ossec-config",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/08-ossec-enable/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/08-ossec-enable",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/09-seal-quiet/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/09-seal-quiet",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/10-inventory/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/10-inventory",
      "BAKE_INVENTORY_FILE=/run/bake/inventory.json.gz",
    ]
  }

  provisioner "file" {
    direction   = "download"
    source      = "/run/bake/inventory.json.gz"
    destination = var.inventory_file
  }

  provisioner "shell" {
    script           = "${path.root}/steps/11-seal-clean/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/11-seal-clean",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/12-seal-baseline/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/12-seal-baseline",
    ]
  }
}
