# The base image of the shop fleet.
# Rendered by bake from the fleet file. Edit that file, not this one.

variable "secret_DEPLOY_TOKEN" {
  type        = string
  description = "In base64, which no quoting on the way can change; from the environment."
  sensitive   = true
}

locals {
  # On every resource from its first moment, so that nothing of a killed run is an orphan.
  run_tags = {
    "Name"             = "shop-base"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "shop"
    "bake:generation"  = var.generation
    "bake:role"        = "base"
    "bake:run"         = var.run_id
    "bake:version"     = var.bake_version
    "odd { key }"      = "100 % of Anna & Bert, $5, %%{ if }, { timestamp }}, \"quoted\" \\ and grün"
    "owner"            = "Anna & Bert"
  }

  image_tags = {
    "Name"             = "shop-base"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "shop"
    "bake:generation"  = var.generation
    "bake:role"        = "base"
    "bake:run"         = var.run_id
    "bake:source-ami"  = var.source_ami
    "bake:state"       = var.image_state
    "bake:version"     = var.bake_version
    "odd { key }"      = "100 % of Anna & Bert, $5, %%{ if }, { timestamp }}, \"quoted\" \\ and grün"
    "owner"            = "Anna & Bert"
  }
}

source "amazon-ebs" "base" {
  ami_name        = var.ami_name
  ami_description = "base image of the shop fleet, baked with OSSEC inside"
  region          = "eu-central-1"

  # One AMI id, resolved by bake with its owner checked: a filter here could choose another one.
  source_ami    = var.source_ami
  instance_type = "m7i.large"
  subnet_id     = "subnet-0123456789abcdef0"

  # A builder that shuts down is gone, and so is its volume.
  shutdown_behavior    = "terminate"
  iam_instance_profile = "image-builder"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  imds_support = "v2.0"

  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = 20
    delete_on_termination = true
    # Encrypted from the launch on, so that no unencrypted snapshot ever exists and no copy is needed.
    encrypted  = true
    kms_key_id = "alias/images"
  }

  communicator                 = "ssh"
  ssh_username                 = "admin"
  ssh_interface                = "session_manager"
  ssh_timeout                  = "10m"
  ssh_file_transfer_method     = "sftp"
  ssh_clear_authorized_keys    = true
  ssh_disable_agent_forwarding = true
  temporary_key_pair_type      = "ed25519"

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
  sources = ["source.amazon-ebs.base"]

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
    script           = "${path.root}/steps/03-base-users/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/03-base-users",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/04-base-files/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/04-base-files",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/05-base-services/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/05-base-services",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/06-base-step-harden/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/06-base-step-harden",
      "BAKE_SECRET_TOKEN=${var.secret_DEPLOY_TOKEN}",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/07-base-authorized-keys/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/07-base-authorized-keys",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/08-base-ssm-agent/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/08-base-ssm-agent",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/09-ossec/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/09-ossec",
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
    script           = "${path.root}/steps/10-ossec-config/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/10-ossec-config",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/11-seal-quiet/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/11-seal-quiet",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/12-inventory/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/12-inventory",
      "BAKE_INVENTORY_FILE=/run/bake/inventory.json.gz",
    ]
  }

  provisioner "file" {
    direction   = "download"
    source      = "/run/bake/inventory.json.gz"
    destination = var.inventory_file
  }

  provisioner "shell" {
    script           = "${path.root}/steps/13-seal-clean/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/13-seal-clean",
    ]
  }
}
