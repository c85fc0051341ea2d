# Any image, from a playbook: base, OSSEC, the role and the cleaning up are roles of Ansible.

packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.8.0, < 2.0.0"
    }
  }
}

variable "role" {
  type = string
}

variable "number" {
  type    = string
  default = ""
}

variable "ossec_tarball" {
  type = string
}

variable "build_packages" {
  type        = string
  description = "What OSSEC needs to compile, with blanks between."
}

data "amazon-ami" "debian" {
  region      = "eu-central-1"
  owners      = ["136693071363"]
  most_recent = true
  filters     = { name = "debian-12-amd64-*" }
}

source "amazon-ebs" "image" {
  ami_name      = "${var.role}${var.number}-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  region        = "eu-central-1"
  source_ami    = data.amazon-ami.debian.id
  instance_type = "t3.small"
  ssh_username  = "admin"

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
    encrypted             = true
  }

  aws_polling {
    delay_seconds = 2
    max_attempts  = 1800
  }

  tags = {
    team = "platform"
    role = "${var.role}${var.number}"
  }
}

build {
  sources = ["source.amazon-ebs.image"]

  # Ansible speaks to the builder itself: the plugin's own SSH server between the two would only make it slower.
  provisioner "shell-local" {
    environment_vars = [
      "RIVAL=${path.root}",
      "ANSIBLE_CONFIG=${path.root}/ansible.cfg",
      "BUILDER=${build.Host}",
      "BUILDER_PORT=${build.Port}",
      "BUILDER_USER=${build.User}",
      "BUILDER_KEY=${build.SSHPrivateKey}",
      "ROLE=${var.role}",
      "NUMBER=${var.number}",
      "OSSEC_TARBALL=${var.ossec_tarball}",
      "BUILD_PACKAGES=${var.build_packages}",
    ]
    script = "${path.root}/play.sh"
  }
}
