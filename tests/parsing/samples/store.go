// Package shop keeps users.
package shop

import (
	"fmt"
	db "example.com/db"
	. "strings"
	_ "embed"
)
import "os"

// Store keeps them.
type Store struct {
	Base
	*Other
	client *db.Client
}

// Shape has an area.
type Shape interface {
	fmt.Stringer
	Area(scale float64) float64
}
type ID = string
type Handler func(name string) error

// Find looks one up.
func (s *Store) Find(name string, limit, offset int, rest ...string) (*User, error) {
	client := &Client{Name: name}
	return client.Query(name).First()
}

func New[T any](path string) *Store { return fmt.Sprint(path) }
func helper() {}
