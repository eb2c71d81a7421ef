package view

import (
	"reflect"
	"testing"

	"somscope/wasm/proto"
)

func TestLink(t *testing.T) {
	for _, c := range []struct {
		text string
		want Link
		back string // "" when it prints as it was
	}{
		{"#sample=probe&n=17&at=skype.udp.func", Link{Sample: "probe", N: 17, At: "skype.udp.func"}, ""},
		{"#file=my%20call.pcap&hash=0123456789ab&tab=flows&flow=3&treat=3:e2o,5:not", Link{File: "my call.pcap", Hash: "0123456789ab", Tab: TabFlows, Flow: 3,
			Treat: []Treated{{3, proto.SkypeE2O}, {5, proto.NotSkype}}}, ""},
		{"#sample=call&tab=file&block=1&bits=1:352+8", Link{Sample: "call", Tab: TabFile, Block: 1, Buf: 1, Bits: "352+8"}, ""},
		{"#sample=a&at=tcp.opt~2", Link{Sample: "a", At: "tcp.opt", Nth: 2}, ""},
		{"#sample=call&tab=story&n=7&phase=3&class=2", Link{Sample: "call", Tab: TabStory, N: 7, Phase: 3, Class: 2}, ""},
		{"#sample=call&tab=roles&role=4&public=192.0.2.1~198.51.100.7,fe80::1~203.0.113.9", Link{Sample: "call", Tab: TabRoles, Role: 4,
			Public: []Public{{"192.0.2.1", "198.51.100.7"}, {"fe80::1", "203.0.113.9"}}}, ""},
		{"#sample=a&public=192.0.2.1~198.51.100.256,~1.2.3.4,x~1.2.3.4,192.0.2.1~1.2.3,192.0.2.1~192.0.02.1", Link{Sample: "a"}, "#sample=a"},
		{"#sample=ilbc&tab=media&stream=2&codec=2:ilbc30,1:pcma", Link{Sample: "ilbc", Tab: TabMedia, Stream: 2, Codec: []Coded{{2, "ilbc30"}, {1, "pcma"}}}, ""},
		{"#file=voice.g729&hash=0123456789ab&as=g729", Link{File: "voice.g729", Hash: "0123456789ab", As: "g729"}, ""},
		{"#sample=a&as=G.729&codec=0:pcma,2:,3,4:no-word,x:pcma&stream=-1", Link{Sample: "a"}, "#sample=a"},
		{"#file=call.pcap&hash=0123456789ab&tab=file&local=2&piece=17&at=obj.port", Link{File: "call.pcap", Hash: "0123456789ab", Tab: TabFile, Local: 2, Piece: 17, At: "obj.port"}, ""},
		{"#sample=a&tab=profile", Link{Sample: "a", Tab: TabProfile}, ""},
		{"", Link{}, ""},
		{"sample=probe&later=7&n=x", Link{Sample: "probe"}, "#sample=probe"},
		{"#sample=a&file=b&hash=0123456789ab", Link{Sample: "a"}, "#sample=a"},
		{"#file=%E2%82&hash=nothex&bits=9&tab=moon&treat=0:e2o,3:auto,x", Link{File: "\uFFFD"}, "#file=%EF%BF%BD"},
		{"#n=99999999999", Link{}, "-"},
	} {
		got := ParseLink(c.text)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("ParseLink(%q) = %+v, want %+v", c.text, got, c.want)
		}
		back := c.back
		switch back {
		case "":
			back = c.text
		case "-":
			back = ""
		}
		if s := got.String(); s != back {
			t.Errorf("%q prints as %q, want %q", c.text, s, back)
		}
	}
}

func TestLinkSameFile(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"#sample=a&n=1", "#sample=a&n=2", true},
		{"#sample=a", "#file=a", false},
		{"#file=x&hash=0123456789ab", "#file=y&hash=0123456789ab", true},
		{"#file=x&hash=0123456789ab", "#file=x&hash=ffff56789abc", false},
		{"#file=x", "#file=x&hash=0123456789ab", true},
		{"#file=x&as=pcma", "#file=x&as=pcma&n=3", true},
		{"#file=x&as=pcma", "#file=x", false},
	} {
		if got := ParseLink(c.a).SameFile(ParseLink(c.b)); got != c.want {
			t.Errorf("%s and %s: same = %v", c.a, c.b, got)
		}
	}
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{"#sample=probe&n=17&at=skype.udp.func", "#file=my%20call.pcap&hash=0123456789ab&treat=3:e2o", "#at=a~b~2&bits=01+2&sample=%", "#sample=b&tab=story&phase=2&public=192.0.2.1~198.51.100.7&class=9&role=1", "#sample=\xff&tab=file&block=1&bits=1:352+8", "#file=a&as=g729&tab=media&stream=1&codec=1:g729,2:ilbc20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := ParseLink(s)
		again := ParseLink(l.String())
		if !reflect.DeepEqual(l, again) {
			t.Errorf("%q: %+v prints as %q, which is %+v", s, l, l.String(), again)
		}
		if again.String() != l.String() {
			t.Errorf("%q: prints as %q, then as %q", s, l.String(), again.String())
		}
	})
}
