# The worker image of the shop fleet.
# Rendered by bake from the fleet file. Edit that file, not this one.

locals {
  # On every resource from its first moment, so that nothing of a killed run is an orphan.
  run_tags = {
    "Name"             = "shop-worker"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "shop"
    "bake:generation"  = var.generation
    "bake:role"        = "worker"
    "bake:run"         = var.run_id
    "bake:version"     = var.bake_version
    "odd { key }"      = "100 % of Anna & Bert, $5, %%{ if }, { timestamp }}, \"quoted\" \\ and grün"
    "owner"            = "Anna & Bert"
  }

  image_tags = {
    "Name"             = "shop-worker"
    "bake:commit"      = var.commit
    "bake:fingerprint" = var.fingerprint
    "bake:fleet"       = "shop"
    "bake:generation"  = var.generation
    "bake:role"        = "worker"
    "bake:run"         = var.run_id
    "bake:source-ami"  = var.source_ami
    "bake:state"       = var.image_state
    "bake:version"     = var.bake_version
    "odd { key }"      = "100 % of Anna & Bert, $5, %%{ if }, { timestamp }}, \"quoted\" \\ and grün"
    "owner"            = "Anna & Bert"
  }
}

source "amazon-ebs" "worker" {
  ami_name        = var.ami_name
  ami_description = "worker image of the shop fleet, baked with OSSEC inside"
  region          = "eu-central-1"

  # One AMI id, resolved by bake with its owner checked: a filter here could choose another one.
  source_ami    = var.source_ami
  instance_type = "c7i.large"
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
  sources = ["source.amazon-ebs.worker"]

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
    script           = "${path.root}/steps/02-ossec-config/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/02-ossec-config",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/03-ossec-enable/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/03-ossec-enable",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/04-seal-quiet/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/04-seal-quiet",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/05-inventory/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/05-inventory",
      "BAKE_INVENTORY_FILE=/run/bake/inventory.json.gz",
    ]
  }

  provisioner "file" {
    direction   = "download"
    source      = "/run/bake/inventory.json.gz"
    destination = var.inventory_file
  }

  provisioner "shell" {
    script           = "${path.root}/steps/06-seal-clean/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/06-seal-clean",
    ]
  }

  provisioner "shell" {
    script           = "${path.root}/steps/07-seal-baseline/run.sh"
    remote_folder    = "/run/bake"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/var/tmp/bake/steps/07-seal-baseline",
    ]
  }
}
