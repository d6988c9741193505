using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>
/// Two network interfaces with a cable between them that is as slow and as long as is asked for: what enters one leaves the other later.
/// Linux, as root. The interfaces can be moved to namespaces of their own.
/// </summary>
internal sealed class SlowCable : IDisposable
{
    private const int LongestFrame = 65_536;
    private const ulong SetInterface = 0x4004_54CA;
    private const short Ethernet = 0x0002;
    private const short FramesAlone = 0x1000;

    private readonly SafeFileHandle[] _ends;

    /// <param name="first">name of an interface, of at most 15 letters</param>
    /// <param name="second">name of the other</param>
    /// <param name="delay">of each frame on its way</param>
    /// <param name="bitsPerSecond">in each direction</param>
    /// <exception cref="IOException">they can't be made here</exception>
    /// <exception cref="UnauthorizedAccessException">nor by this user</exception>
    public SlowCable(string first, string second, TimeSpan delay, double bitsPerSecond)
    {
        _ends = [Open(first), Open(second)];
        Connect(_ends[0], _ends[1], delay, bitsPerSecond);
        Connect(_ends[1], _ends[0], delay, bitsPerSecond);
    }

    /// <summary>Frames that have arrived.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    private long _frames;

    public void Dispose() => Array.ForEach(_ends, end => end.Dispose());

    private static SafeFileHandle Open(string name)
    {
        var end = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request[16..], (short)(Ethernet | FramesAlone));
        if (Control(end, SetInterface, ref request[0]) != 0)
        {
            end.Dispose();
            throw new IOException($"the interface {name} can't be made: error {Marshal.GetLastPInvokeError()}");
        }

        return end;
    }

    private void Connect(SafeFileHandle from, SafeFileHandle to, TimeSpan delay, double bitsPerSecond)
    {
        var underWay = new BlockingCollection<(long Due, byte[] Frame)>();
        Begin(() =>
        {
            var (buffer, free) = (new byte[LongestFrame], 0L);
            while (Read(from, ref buffer[0], buffer.Length) is > 0 and var length)
            {
                // The cable is taken for as long as the frames before it need.
                free = Math.Max(free, Stopwatch.GetTimestamp()) + (long)(length * 8 / bitsPerSecond * Stopwatch.Frequency);
                underWay.Add((free + (long)(delay.TotalSeconds * Stopwatch.Frequency), buffer[..(int)length]));
            }

            underWay.CompleteAdding();
        });
        Begin(() =>
        {
            foreach (var (due, frame) in underWay.GetConsumingEnumerable())
            {
                while (due - Stopwatch.GetTimestamp() is > 0 and var left)
                {
                    Thread.Sleep(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
                }

                if (Write(to, ref frame[0], frame.Length) == frame.Length)
                {
                    Interlocked.Increment(ref _frames); // A frame for an interface that is down is lost, as on any cable.
                }
            }
        });
    }

    private static void Begin(ThreadStart work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (ObjectDisposedException)
        {
            // The cable has been taken away.
        }
    }) { IsBackground = true }.Start();

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeFileHandle file, ulong request, ref byte argument);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeFileHandle file, ref byte buffer, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(SafeFileHandle file, ref byte buffer, nint length);
}
