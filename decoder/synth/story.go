package synth

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Story is one capture of the sample shelf.
type Story struct {
	Name     string // word in permalinks: "probe"
	File     string // below site/content: "samples/probe.pcap"
	Title    string
	Sentence string // what happens
	Date     string // when it plays: "2006-09-14"
	Look     string // permalink to what is worth seeing first: "#sample=probe&n=12&at=skype.udp.func"
	Packets  int

	// What the story knows of the voices in it, which a reader has to find out; for tests.
	Voices []Voice
	Spells []Spell

	data []byte
}

// Bytes are the file. The slice is the story's own.
func (s *Story) Bytes() []byte { return s.data }

// stories lists the shelf in the order it is shown.
var stories = []struct {
	name, file, title, sentence string
	mark, at                    string // the packet and the field of Look
	tell                        func() (*world, []byte)
}{
	{"probe", "probe.pcap", "Probe behind NAT",
		"A client behind a router knocks at supernodes, is told the public address it is seen at, sends its message again, is sent on to others and is accepted by one.",
		"nack", "skype.udp.func", probe},
	{"login", "login.pcapng", "Login and search",
		"A client is refused by one supernode and kept by another, logs in through a false TLS handshake, tells its peers that it is online and searches for a person; the answer arrives in fragments.",
		"search", "skype.udp.crc", login},
	{"firewall", "firewall.pcap", "Only the web gets out",
		"Nobody answers over UDP, so a client tries TCP, then port 80, then port 443 with a false handshake that never changes; its first supernode leaves and it finds another.",
		"hello443", "tcp.dstport", firewall},
	{"call", "call.pcap", "A call",
		"Two clients agree over TCP and talk, one holds the line for a while, and beside the voice runs a TLS conversation that is not Skype.",
		"voice", "skype.udp.func", call},
	{"relay", "relay.pcap", "A call through others",
		"Neither side can be reached from outside, so that two others stand between them: one carries the voice there, one carries it back.",
		"voice", "skype.udp.func", relay},
	{"conference", "conference.pcap", "Three in conference",
		"The captured machine mixes: each of the other two sends its voice here, and gets that of the other two from here.",
		"voice", "skype.udp.func", conference},
	{"transfer", "transfer.pcap", "A file for a friend",
		"A file travels in datagrams of the same kind as voice; only that nearly all bytes go one way tells the two apart.",
		"block", "skype.udp.func", transfer},
	{"telephone", "telephone.pcap", "Calling a telephone",
		"Voice for a telephone goes to a gateway and has no Start of Message: four bytes that stay the same in each direction, and behind them nothing but noise.",
		"gateway", "skype.e2o.cid", telephone},
	{"codecs", "codecs.pcap", "A call that changes its voice",
		"An encrypted call begins with a wide codec, falls back to a narrow one that says everything twice when messages get lost, is held, and comes back with the smallest: only sizes and gaps tell. Try its media panel.",
		"codec-iLBC", "skype.udp.func", codecs},
	{"ilbc", "ilbc.pcap", "iLBC in the clear",
		"A call over SIP and RTP whose frames can be read to the bit and heard: two made-up voices sing vowels, somebody presses three keys, and some packets are lost, late or there twice. Try a parameter of a frame: its bits lie scattered.",
		"said", "ilbc.scale", ilbcCall},
	{"gcall", "gcall.pcap", "G.729 in the clear",
		"A call in RTP without its signalling, known by how it behaves: fifteen numbers describe 10 ms of voice, and two bytes how a pause sounds. Try the delay of the pitch from packet to packet.",
		"said", "g729.p1", gcall},
	{"opus", "opus.pcap", "SILK in the clear",
		"Skype's own codec as Opus inherited it, after the peer-to-peer years: packets as long as what is said needs, none in a pause, and a header extension that tells the loudness. Try the first byte of a frame.",
		"extension", "opus.toc", opusCall},
	{"lookalikes", "lookalikes.pcap", "Not Skype",
		"A telephone call over RTP, an address test, a game, a tunnel and name servers: each looks like Skype in some byte, and none of them is.",
		"trap", "rtp.seq", lookalikes},
	{"links", "links.pcapng", "Many headers",
		"No Skype at all: Ethernet with VLAN tags, PPP, cooked and bare captures, IPv6, fragments and error messages, for a look at the lower layers and at the file's own blocks.",
		"quote", "icmp.type", links},
}

// Stories tells all of them. It takes some tenths of a second, most of it to encode iLBC.
func Stories() []Story {
	var all []Story
	for _, s := range stories {
		w, data := s.tell()
		n, ok := w.marks[s.mark]
		if !ok {
			panic("synth: story " + s.name + " has no packet " + s.mark)
		}
		var voices []Voice
		for _, v := range w.voices {
			voices = append(voices, *v)
		}
		all = append(all, Story{
			Voices: voices, Spells: w.spells,
			Name: s.name, File: "samples/" + s.file, Title: s.title, Sentence: s.sentence,
			Date:    w.start.Format("2006-01-02"),
			Look:    fmt.Sprintf("#sample=%s&n=%d&at=%s", s.name, n+1, s.at),
			Packets: len(w.packets),
			data:    data,
		})
	}
	return all
}

// Shelf is site/content/samples.json, the list of the stories. Sizes are bytes.
func Shelf(all []Story) []byte {
	type beside struct {
		File string `json:"file"`
		Name string `json:"name"`
	}
	type entry struct {
		Name     string `json:"name"`
		File     string `json:"file"`
		Title    string `json:"title"`
		Sentence string `json:"sentence"`
		Date     string `json:"date"`
		Look     string `json:"look"`
		Size     int    `json:"size"`
		Packets  int    `json:"packets"`

		Local []beside `json:"local,omitempty"` // files that are opened with it
	}
	list := []entry{}
	for _, s := range all {
		list = append(list, entry{s.Name, s.File, s.Title, s.Sentence, s.Date, s.Look, len(s.data), s.Packets, nil})
		if s.Name != "login" {
			continue
		}
		e := entry{"profile", s.File, "A client's own files",
			"The login again, and beside it what that client kept on its machine: its host cache of 200 supernodes, its buddies, those of the same account on a second machine, and a chat; the page holds them against each other.",
			s.Date, "#sample=profile&tab=profile", len(s.data), s.Packets, nil}
		for _, p := range Profile() {
			e.Local = append(e.Local, beside{"samples/profile/" + p.Name, p.Name})
			e.Size += len(p.data)
		}
		list = append(list, e)
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false) // an ampersand in a permalink may stand as it is
	out.SetIndent("", "  ")
	if err := out.Encode(list); err != nil {
		panic(err)
	}
	return b.Bytes()
}
