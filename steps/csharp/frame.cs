// The frame of steps/README.md: how it is built, read and checked.

using System;
using System.Text;
using Mprun;

/// <summary>What arrived is no frame.</summary>
class BadFrame : CheckException
{
    public BadFrame(string message) : base(message) { }
}

/// <summary>The stream ended inside a frame.</summary>
class Truncated : BadFrame
{
    public readonly int Got;

    public Truncated(int got, int wanted)
        : base($"the frame was cut short after {got} of {wanted} bytes")
    {
        Got = got;
    }
}

/// <summary>The stream ended between two frames.</summary>
class StreamEnded : BadFrame
{
    public StreamEnded() : base("the stream ended") { }
}

/// <summary>The payload is not what the header promises.</summary>
class WrongChecksum : BadFrame
{
    public WrongChecksum(uint id, uint there, uint promised)
        : base($"frame {id}: the checksum is {there:x8}, the header says"
            + $" {promised:x8}") { }
}

/// <summary>The first bytes of a frame.</summary>
class Header
{
    public const int Bytes = 16;
    const int MaxPayload = 16 * 1024 * 1024;

    public readonly uint Id;
    public readonly int Size;
    public readonly uint Checksum;

    public Header(byte[] data)
    {
        string magic = Encoding.ASCII.GetString(data, 0, 4);
        if (magic != "MPRF")
            throw new BadFrame($"a frame begins with 'MPRF', not '{magic}'");
        uint size = Number(data, 8);
        if (size > MaxPayload)
            throw new BadFrame($"a frame of {size} bytes is too large");
        Id = Number(data, 4);
        Size = (int)size;
        Checksum = Number(data, 12);
    }

    static uint Number(byte[] data, int at)
    {
        return (uint)(data[at] << 24 | data[at + 1] << 16
            | data[at + 2] << 8 | data[at + 3]);
    }
}

/// <summary>An id and a payload.</summary>
class Frame
{
    const int Cycle = 251;

    public readonly uint Id;
    public readonly byte[] Payload;

    public Frame(uint id, byte[] payload)
    {
        Id = id;
        Payload = payload;
    }

    public int Size => Payload.Length;

    /// <summary>The frame that every platform makes of this id and size.
    /// </summary>
    public static Frame Generated(uint id, int size)
    {
        var payload = new byte[size];
        for (int i = 0; i < size; i++)
            payload[i] = (byte)((id * 31L + i) % Cycle);
        return new Frame(id, payload);
    }

    /// <summary>The frame, if its checksum is right.</summary>
    public static Frame Checked(Header header, byte[] payload)
    {
        var frame = new Frame(header.Id, payload);
        if (frame.Checksum != header.Checksum)
            throw new WrongChecksum(header.Id, frame.Checksum,
                header.Checksum);
        return frame;
    }

    uint Checksum
    {
        get {
            var start = new byte[8];
            Put(start, 0, Id);
            Put(start, 4, (uint)Size);
            return Crc32.Of(Payload, Crc32.Of(start));
        }
    }

    public byte[] Encode()
    {
        var data = new byte[Header.Bytes + Size];
        Encoding.ASCII.GetBytes("MPRF", 0, 4, data, 0);
        Put(data, 4, Id);
        Put(data, 8, (uint)Size);
        Put(data, 12, Checksum);
        Payload.CopyTo(data, Header.Bytes);
        return data;
    }

    static void Put(byte[] data, int at, uint number)
    {
        for (int i = 0; i < 4; i++)
            data[at + i] = (byte)(number >> 8 * (3 - i));
    }
}

/// <summary>The checksum of zlib, Ethernet and PNG.</summary>
static class Crc32
{
    static readonly uint[] table = Table();

    static uint[] Table()
    {
        var made = new uint[256];
        for (uint i = 0; i < 256; i++) {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0
                    ? 0xEDB88320 ^ value >> 1 : value >> 1;
            made[i] = value;
        }
        return made;
    }

    /// <summary>Of the data, going on after `before`.</summary>
    public static uint Of(byte[] data, uint before = 0)
    {
        uint value = ~before;
        foreach (byte one in data)
            value = table[(byte)(value ^ one)] ^ value >> 8;
        return ~value;
    }
}
