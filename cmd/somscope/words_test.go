package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPacketsAreCounted: one packet is no packets, and what was left out shows.
func TestPacketsAreCounted(t *testing.T) {
	one, more := regexp.MustCompile(`\(packets \d+\)`), regexp.MustCompile(`\(packet \d+ \d`)
	short := regexp.MustCompile(`(?m)^   (\d\d+) packets: [\d ]+[\d](;|$)`)
	dots := 0
	for _, cmd := range []string{"flows", "roles", "story", "detect", "classes"} {
		for _, name := range []string{"call.pcap", "login.pcapng"} {
			out := fine(t, cmd, filepath.Join(samples, name))
			if wrong := one.FindString(out) + more.FindString(out); wrong != "" {
				t.Errorf("%s of %s says %s", cmd, name, wrong)
			}
			if wrong := short.FindString(out); wrong != "" {
				t.Errorf("%s of %s lists a few packets as if there were no more: %s", cmd, name, wrong)
			}
			dots += strings.Count(out, " …")
		}
	}
	if dots == 0 {
		t.Error("no list is cut in these samples")
	}
	for _, c := range []struct {
		list []uint32
		all  int
		want string
	}{
		{nil, 0, ""}, {[]uint32{4}, 1, "5"}, {[]uint32{4, 5}, 9, "5 6 …"},
		{[]uint32{0, 1, 2, 3, 4, 5, 6, 7}, 8, "1 2 3 4 5 6 7 8"}, {[]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8}, 9, "1 2 3 4 5 6 7 8 …"},
	} {
		if got := string(appendList(nil, c.list, c.all)); got != c.want {
			t.Errorf("%v of %d: %q", c.list, c.all, got)
		}
	}
}

// TestNothingIsSaid: silence would look like a fault.
func TestNothingIsSaid(t *testing.T) {
	for _, cmd := range []string{"story", "roles", "classes"} {
		for _, more := range [][]string{nil, {"-json"}} {
			args := append(append([]string{cmd}, more...), filepath.Join(samples, "links.pcapng"))
			if status, out, errs := cli(args...); status != allRead || out != "" || strings.Count(errs, nothingFound) != 1 {
				t.Errorf("%v: status %d, %q, %q", args, status, out, errs)
			}
		}
		if _, _, errs := cli(cmd, filepath.Join(samples, "login.pcapng")); errs != "" {
			t.Errorf("%s of a login: %s", cmd, errs)
		}
	}
}

// TestRefusals read as sentences.
func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{"": ": the file is empty\n", "Dear reader, this is no capture.\n": ": this is a text file, not a capture\n"} {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _, errs := cli("packets", file); status != wrongUsage || errs != "somscope: "+file+want {
			t.Errorf("status %d, %q", status, errs)
		}
	}
}
