//go:build !js

package e2e

import (
	"bufio"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// talk is a capture of voice to be written: so many packets of so many calls at once, both
// directions, 20 ms and 160 bytes each.
type talk struct {
	packets, calls int
	head           [2]byte // of each payload: 0x80 and a payload type are RTP
	frames         []byte  // of the codec, gone through again and again
}

// aLawTalk is a minute of A-law for 6,000 packets of a call.
func aLawTalk(packets, calls int) talk {
	return talk{packets, calls, [2]byte{0x80, 8}, aLaw(16000)}
}

// write puts the capture into a file.
func (k talk) write(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "talk.pcap")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	out.Write([]byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0}) // raw IP
	const size = 160
	packet := make([]byte, 16+20+8+12+size)
	head, ip, udp, rtp := packet[:16], packet[16:], packet[36:], packet[44:]
	le, be := binary.LittleEndian, binary.BigEndian
	le.PutUint32(head[8:], uint32(len(ip)))
	le.PutUint32(head[12:], uint32(len(ip)))
	ip[0], ip[8], ip[9] = 0x45, 64, 17
	be.PutUint16(ip[2:], uint16(len(ip)))
	be.PutUint16(udp[4:], uint16(len(udp)))
	copy(rtp, k.head[:])
	for n := range k.packets {
		i, way, call := n/(2*k.calls), n&1, n/2%k.calls
		at := time.Duration(i)*20*time.Millisecond + time.Duration(n%(2*k.calls))*time.Microsecond
		le.PutUint32(head[0:], uint32(1_150_000_000+at/time.Second))
		le.PutUint32(head[4:], uint32(at%time.Second/time.Microsecond))
		a, b := uint32(0xc0000200+call&63), uint32(0xc6336400+call>>6)
		pa, pb := uint16(20000+2*call), uint16(30000+2*call)
		if way == 1 {
			a, b, pa, pb = b, a, pb, pa
		}
		be.PutUint32(ip[12:], a)
		be.PutUint32(ip[16:], b)
		be.PutUint16(udp[0:], pa)
		be.PutUint16(udp[2:], pb)
		be.PutUint16(rtp[2:], uint16(i))
		be.PutUint32(rtp[4:], uint32(i*160))
		be.PutUint32(rtp[8:], uint32(call)<<8|uint32(way)|0x5a000000)
		copy(rtp[12:], k.frames[i*size%len(k.frames):])
		out.Write(packet)
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// silent takes the sound from a page: what is decoded is not played, and so no packet is chosen
// but those that are clicked.
const silent = `delete window.AudioContext; delete window.webkitAudioContext;`

// heard is what hear tells: what came when.
type heard struct {
	MS      float64   // from the press to the last piece of sound
	Lasts   float64   // seconds of sound
	Gap     float64   // longest time between two frames, ms
	Clicks  []float64 // from click to tree and bytes, ms
	Between int       // of these, answered while sound was still to come
}

// hear presses the button that lets a stream be heard, and clicks other packets while it is being
// decoded, the next when the one before is shown.
const hear = `new Promise(done => {
	const strip = $("#player"), tree = $("#tree"), out = {MS: 0, Lasts: 0, Gap: 0, Clicks: [], Between: 0};
	const button = [...$("#card").querySelectorAll("button")].find(b => b.textContent === "Listen");
	const lines = drawn("packets").filter(r => !r.classList.contains("on")).slice(2, 8);
	let clicked = 0, n = 0, over = false;
	const click = () => {
		const cell = lines[n++ % lines.length].querySelector(".c1"), r = cell.getBoundingClientRect();
		clicked = performance.now();
		cell.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX: r.left + r.width / 2, clientY: r.top + r.height / 2, detail: 1}));
	};
	const shows = new MutationObserver(() => {
		if (!clicked) return;
		document.body.offsetHeight;
		out.Clicks.push(performance.now() - clicked);
		if (!over) out.Between++;
		clicked = 0;
		over ? end() : setTimeout(click);
	});
	const comes = new MutationObserver(() => {
		if (over) return;
		if (strip.dataset.whole === "1") {
			over = true;
			out.MS = performance.now() - began;
			if (!clicked) end();
		} else if (n === 0 && strip.dataset.player === "silent") click(); // a first piece has come
	});
	const end = () => {
		shows.disconnect();
		comes.disconnect();
		out.Lasts = Number(strip.querySelector("[role=slider]").getAttribute("aria-valuemax"));
		done(out);
	};
	shows.observe(tree, {attributes: true, attributeFilter: ["data-title"]});
	comes.observe(strip, {attributes: true, attributeFilter: ["data-whole", "data-player"]});
	const began = performance.now();
	let last = began;
	const frame = () => {
		const now = performance.now();
		out.Gap = Math.max(out.Gap, now - last);
		last = now;
		if (!over) requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
	button.click();
})`

// listening says that the chosen packet's explanation offers to listen.
const listening = `shown($("#card")) && [...$("#card").querySelectorAll("button")].some(b => b.textContent === "Listen")`

// While a long stream is decoded, a packet that is clicked is shown before the last of the sound
// has come: the worker decodes in turns, and the page never waits for all of it.
func TestClickWhileDecoding(t *testing.T) {
	v := enter(t, wide)
	v.beforeLoad(silent)
	v.open("")
	v.drop(aLawTalk(30_000, 1).write(t)) // five minutes
	v.listed()
	v.deepened()
	v.clickPacket(1)
	v.wait("it can be heard", listening)
	h := js[heard](v, hear)
	if h.Lasts < 299 || h.Lasts > 301 {
		t.Errorf("%.1f s of sound, want five minutes", h.Lasts)
	}
	if h.Between == 0 {
		t.Errorf("no packet was shown before the decoding ended: %d clicks", len(h.Clicks))
	}
	t.Logf("%d packets were shown while five minutes were decoded in %.0f ms", h.Between, h.MS)
}
