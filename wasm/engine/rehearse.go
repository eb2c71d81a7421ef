package main

import (
	"bytes"
	"encoding/binary"

	"somscope/decoder/capfile"
	"somscope/wasm/proto"
)

// A browser compiles WebAssembly in two grades: quickly at the first call of a
// function, and well after it has been called some ten thousand times. So the
// first large file would be read at a third of the speed, and the first click
// would wait for its functions. While nobody asks anything, the engine reads a
// made-up capture again and again on a stage of its own, and asks itself all
// that the page asks. Nothing of it is ever shown.
type rehearsal struct {
	stage  *engine
	file   []byte
	at     int // bytes of the file fed in this round
	rounds int // left
}

const (
	rehearsalRounds  = 24
	rehearsalPackets = 3000      // in the made-up capture
	rehearsalPiece   = 128 << 10 // bytes a step: 1 or 2 ms
)

func newRehearsal(e *engine) *rehearsal {
	r := &rehearsal{file: scene(rehearsalPackets), rounds: rehearsalRounds}
	r.stage = &engine{specs: e.specs, list: e.list, host: host{
		post:   func([]byte) {},
		blob:   func() capfile.Source { return bytes.NewReader(r.file) },
		memory: func() uint64 { return 0 },
		exit:   func(int) {},
	}}
	return r
}

// step does a millisecond or two of work, and reports whether there is more.
func (r *rehearsal) step() bool {
	if r.rounds == 0 {
		return false
	}
	if r.at == 0 {
		r.ask(proto.Request{Open: &proto.Open{Name: "rehearsal"}})
	}
	n := min(rehearsalPiece, len(r.file)-r.at)
	r.stage.feed(r.file[r.at : r.at+n])
	if r.at += n; r.at < len(r.file) {
		return true
	}
	r.stage.finish()
	r.at = 0
	r.rounds--
	for i := range uint32(3) {
		r.ask(proto.Request{Rows: &proto.RowsAsk{Table: proto.Table(i), N: 60, Clock: proto.Clock(i)}})
		r.ask(proto.Request{Dissect: &proto.Dissect{Packet: 1 + i + 3*uint32(r.rounds)}})
	}
	r.ask(proto.Request{Block: &proto.Block{}})
	r.ask(proto.Request{Treat: &proto.Treat{Flow: 1, As: proto.SkypeUDP}})
	r.ask(proto.Request{Dissect: &proto.Dissect{Packet: 1}})
	return r.rounds > 0
}

func (r *rehearsal) ask(q proto.Request) {
	q.ID = 1
	r.stage.receive(q.Append(nil))
}

// scene makes a capture of n packets: UDP and TCP in 64 conversations, some
// datagrams in the shape of a Skype command, the other payloads noise.
func scene(n int) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	file := make([]byte, 24, 24+n*250)
	copy(file, "\xd4\xc3\xb2\xa1\x02\x00\x04\x00")
	le.PutUint16(file[16:], 1<<15)
	file[20] = 1 // Ethernet
	noise := uint64(1)
	for i := range n {
		noise ^= noise << 13
		noise ^= noise >> 7
		noise ^= noise << 17
		host, back, tcp := byte(noise>>8&63), noise>>20&1, noise>>8&3 == 3
		head, size := 42, 100+int(noise>>32&63)
		if tcp {
			head = 54
		}
		at := len(file)
		file = append(file, make([]byte, 16+head+size)...)
		rec, frame := file[at:at+16], file[at+16:]
		le.PutUint32(rec, 1156534266+uint32(i>>6))
		le.PutUint32(rec[4:], uint32(i&63)*15000)
		le.PutUint32(rec[8:], uint32(head+size))
		le.PutUint32(rec[12:], uint32(head+size))
		frame[12] = 8
		ip := frame[14:]
		copy(ip, "\x45\x00\x00\x00\x00\x00\x00\x00\x40\x11\x00\x00\xc0\x00\x02\x01\xc6\x33\x64\x00")
		be.PutUint16(ip[2:], uint16(len(ip)))
		ip[19] = host
		from, to := uint16(35990), 1024+uint16(host)
		if back == 1 {
			copy(ip[12:], "\xc6\x33\x64\x00\xc0\x00\x02\x01")
			ip[15] = host
			from, to = to, from
		}
		be.PutUint16(ip[20:], from)
		be.PutUint16(ip[22:], to)
		if tcp {
			ip[9] = 6
			ip[32], ip[33] = 0x50, 0x18
		} else {
			be.PutUint16(ip[24:], uint16(8+size))
		}
		payload := frame[head:]
		for k := 0; k+8 <= len(payload); k += 8 {
			be.PutUint64(payload[k:], noise*uint64(k+1))
		}
		if host < 16 {
			be.PutUint16(payload, uint16(2*i))
			payload[2] = 2
		}
	}
	return file
}
