# What is only known when a bake runs. Everything else is in the rendered files, so that the same fleet
# file gives the same bytes on any machine on any day. bake sets every one of these.

variable "source_ami" {
  type        = string
  description = "The AMI that this image starts from, resolved once before the bake."
}

variable "ami_name" {
  type        = string
  description = "FLEET-ROLE-FINGERPRINT-GENERATION"
}

variable "fingerprint" {
  type        = string
  description = "Hash of these files and of the inputs that they were baked from."
}

variable "generation" {
  type        = string
  description = "Counts the bakes of one fingerprint, from 1."
}

variable "image_state" {
  type        = string
  description = "What the image is before it has been verified: candidate, or unproven in a rehearsal without OSSEC."
}

variable "run_id" {
  type        = string
  description = "Names the run that made a resource, so that what a killed run left behind can be found."
}

variable "commit" {
  type        = string
  description = "Git commit of the fleet file; empty outside of a repository."
}

variable "bake_version" {
  type        = string
  description = "Version of bake."
}

variable "ssh_source_cidrs" {
  type        = list(string)
  description = "Who may reach the builder's SSH port. Never the whole internet."

  validation {
    condition     = !contains(var.ssh_source_cidrs, "0.0.0.0/0") && !contains(var.ssh_source_cidrs, "::/0")
    error_message = "SSH must not be open to everyone."
  }
}

variable "ossec_tarball_sha256" {
  type        = string
  description = "SHA-256 of the frozen OSSEC checkout; empty for an image that installs none."
}

variable "artifacts_folder" {
  type        = string
  description = "Folder on this machine with the downloads of this image, each named by its SHA-256."
}

variable "ossec_built_trees" {
  type        = string
  description = "PLATFORM=SHA256 of compiled OSSEC trees among the artifacts, with blanks between; may be empty."
}

variable "built_folder" {
  type        = string
  description = "Folder on this machine for what the builder compiled: its platform, and the tree, empty where it compiled none."
}

variable "inventory_file" {
  type        = string
  description = "File on this machine for what the builder reports of itself, before it is sealed."
}
