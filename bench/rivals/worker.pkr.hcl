# A worker with a timer, as one flat file: base, OSSEC and the role in one build.

packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.8.0, < 2.0.0"
    }
  }
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

source "amazon-ebs" "worker" {
  ami_name      = "worker-${formatdate("YYYYMMDDhhmmss", timestamp())}"
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
    role = "worker"
  }
}

build {
  sources = ["source.amazon-ebs.worker"]

  provisioner "file" {
    source      = "${path.root}/files"
    destination = "/tmp"
  }

  provisioner "file" {
    source      = var.ossec_tarball
    destination = "/tmp/ossec.tar"
  }

  provisioner "shell" {
    execute_command  = "sudo env {{ .Vars }} bash {{ .Path }}"
    environment_vars = ["BUILD_PACKAGES=${var.build_packages}"]
    scripts = [
      "${path.root}/scripts/base.sh",
      "${path.root}/scripts/ossec.sh",
      "${path.root}/scripts/worker.sh",
      "${path.root}/scripts/clean.sh",
    ]
  }
}
