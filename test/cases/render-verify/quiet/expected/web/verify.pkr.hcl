# Boots the web image of the shop fleet to prove it, and makes no image.
# Rendered by bake from the fleet file. Edit that file, not this one.

variable "image_id" {
  type        = string
  description = "The image that is booted."
}

variable "part" {
  type        = string
  description = "all, or identity: what must differ from boot to boot."
}

variable "run_id" {
  type        = string
  description = "Names the run that made a resource, so that what a killed run left behind can be found."
}

variable "security_group_id" {
  type        = string
  description = "The security group of the instance, which lets nothing out."

  validation {
    condition     = can(regex("^sg-[0-9a-f]+$", var.security_group_id))
    error_message = "The instance must be in a group that lets nothing out."
  }
}

variable "observed_file" {
  type        = string
  description = "File on this machine for what was seen on the boot."
}

variable "secrets" {
  type        = string
  description = "What must be nowhere on the disk: JSON, name to value, in base64."
  sensitive   = true
}

locals {
  run_tags = {
    "Name"       = "shop-web"
    "bake:fleet" = "shop"
    "bake:role"  = "web"
    "bake:run"   = var.run_id
  }
}

source "amazon-ebs" "web" {
  # A name that no image gets.
  ami_name        = "bake-verify-${var.run_id}"
  skip_create_ami = true

  region        = "eu-central-1"
  source_ami    = var.image_id
  instance_type = "t3.small"
  subnet_id     = "subnet-0123456789abcdef0"

  # A builder that shuts down is gone, and so is its volume.
  shutdown_behavior = "terminate"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = 8
    delete_on_termination = true
    # Encrypted from the launch on, so that no unencrypted snapshot ever exists and no copy is needed.
    encrypted = true
  }

  communicator                 = "ssh"
  ssh_username                 = "admin"
  ssh_interface                = "private_ip"
  ssh_timeout                  = "10m"
  ssh_file_transfer_method     = "sftp"
  ssh_disable_agent_forwarding = true
  temporary_key_pair_type      = "ed25519"

  # The image knows a hook's URL: this group, which bake makes, lets SSH in and nothing out.
  security_group_ids          = [var.security_group_id]
  associate_public_ip_address = false

  # Both settings: together they are the longest wait, an hour.
  aws_polling {
    delay_seconds = 2
    max_attempts  = 1800
  }

  run_tags        = local.run_tags
  run_volume_tags = local.run_tags
}

build {
  sources = ["source.amazon-ebs.web"]

  # Without sudo: what becomes root on this machine is one command.
  provisioner "shell" {
    inline = ["install -d -m 0700 /tmp/bake-verify"]
  }

  provisioner "file" {
    source      = "${path.root}/steps"
    destination = "/tmp/bake-verify"
  }

  provisioner "shell" {
    script           = "${path.root}/steps/01-verify/run.sh"
    remote_folder    = "/tmp/bake-verify"
    use_env_var_file = true
    binary           = true
    execute_command  = local.run_as_root
    environment_vars = [
      "BAKE_STEP_FOLDER=/tmp/bake-verify/steps/01-verify",
      "BAKE_VERIFY_PART=${var.part}",
      "BAKE_VERIFY_SECRETS=${var.secrets}",
    ]
  }

  provisioner "file" {
    direction   = "download"
    source      = "/tmp/bake-verify/steps/01-verify/observed.json"
    destination = var.observed_file
  }
}
