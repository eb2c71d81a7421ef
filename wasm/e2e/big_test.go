//go:build !js

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"somscope/decoder/synth"
)

var (
	bigMu    sync.Mutex
	bigFiles = map[int]string{}
)

// big writes a capture of n packets, 244 bytes each on average, or gives the
// one that it wrote before.
func big(t testing.TB, n int) string {
	t.Helper()
	w := everything(t)
	bigMu.Lock()
	defer bigMu.Unlock()
	if p := bigFiles[n]; p != "" {
		return p
	}
	p := filepath.Join(w.tmp, fmt.Sprintf("big-%d.pcap", n))
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.Load(f, n), f.Close()); err != nil {
		t.Fatal(err)
	}
	bigFiles[n] = p
	return p
}
