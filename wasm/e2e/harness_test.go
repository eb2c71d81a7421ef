//go:build !js

package e2e

import (
	"strings"
	"testing"
	"time"
)

// The recorder is what stands between a broken page and a green test, so it is
// shown pages that do wrong.
func TestRecorderNotices(t *testing.T) {
	for _, c := range []struct{ wrong, want string }{
		{"console", "a complaint"},
		{"exception", "thrown"},
		{"rejection", "rejected"},
		{"missing", "none.json: status 404"},
		{"outside", "example.org/tracker"},
		{"worker", "example.org/from-a-worker"},
	} {
		t.Run(c.wrong, func(t *testing.T) {
			v := enter(t, wide)
			v.home = v.world.host + "/harness/"
			v.open(c.wrong)
			var all []string
			for end := time.Now().Add(patience); time.Now().Before(end); v.frame() {
				v.mu.Lock()
				v.faults = append(v.faults, v.world.take()...)
				all = v.faults
				v.mu.Unlock()
				if strings.Contains(strings.Join(all, "\n"), c.want) {
					v.allow("") // they are what this test wants
					return
				}
			}
			t.Errorf("noticed %q, want something of %q", all, c.want)
		})
	}
}

// What the tests do in the user's name arrives as what a user does.
func TestHands(t *testing.T) {
	v := enter(t, wide)
	v.home = v.world.host + "/harness/"
	v.open("")
	said := func(want string) {
		t.Helper()
		v.wait("the page says "+want, `$("#said").textContent === `+quote(want))
	}
	v.click("button", "Press me")
	said("clicked")
	v.clickAt(600, 600) // away from the button
	v.press("ArrowDown")
	said("ArrowDown")
	v.press("Shift+F6")
	said("Shift+F6")
	v.press("?")
	said("Shift+?")
	name := file(t, "small.txt", []byte("inside"))
	v.drop(name)
	said("dropped small.txt: inside")
	v.choose(name)
	said("chose small.txt")
}
