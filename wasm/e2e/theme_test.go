//go:build !js

package e2e

import "testing"

// Light and dark follow the system until the user says otherwise, and that is
// remembered.
func TestTheme(t *testing.T) {
	const paper = `getComputedStyle(document.body).backgroundColor`
	const bright = `(() => { const c = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number); return c[0] + c[1] + c[2] > 380; })()`
	l := wide
	l.dark = true
	v := enter(t, l)
	v.open("")
	if js[bool](v, bright) {
		t.Errorf("the system is dark, the page is %s", js[string](v, paper))
	}
	v.shot("dark")
	for i := 0; !js[bool](v, bright); i++ {
		if i == 3 {
			t.Fatal("the switch does not make the page light")
		}
		v.click("button", "Theme")
		v.frame()
	}
	v.reload()
	if !js[bool](v, bright) {
		t.Error("the choice of light is forgotten")
	}
}
