//go:build tools

// Package tools pins the programs that `bake` builds where the machine has none.
package tools

import (
	_ "github.com/hashicorp/packer"
	_ "github.com/hashicorp/packer-plugin-amazon"
)
