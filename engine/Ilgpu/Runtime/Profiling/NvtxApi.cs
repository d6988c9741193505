using System.Runtime.InteropServices;
using System.Text;

namespace ILGPU.Runtime;

/// <summary>
/// NVIDIA's tools extension, found at run time: names that Nsight shows beside what the device does. Without one of its libraries, or
/// without a tool that listens, nothing happens.
/// </summary>
internal sealed unsafe class NvtxApi
{
    private const int LongestOnStack = 256;

    // Of CUDA 11 and 12, then of later ones.
    private static readonly string[] s_libraries = OperatingSystem.IsWindows()
        ? ["nvToolsExt64_1.dll", "nvtx3interop.dll"]
        : ["libnvToolsExt.so.1", "libnvtx3interop.so.1", "libnvtx3interop.so"];

    private static readonly Lazy<NvtxApi?> s_found = new(() => Load(s_libraries));

    private readonly delegate* unmanaged<byte*, void> _mark;

    private readonly delegate* unmanaged<byte*, ulong> _rangeStart;

    private readonly delegate* unmanaged<ulong, void> _rangeEnd;

    internal NvtxApi(IntPtr mark, IntPtr rangeStart, IntPtr rangeEnd)
    {
        _mark = (delegate* unmanaged<byte*, void>)mark;
        _rangeStart = (delegate* unmanaged<byte*, ulong>)rangeStart;
        _rangeEnd = (delegate* unmanaged<ulong, void>)rangeEnd;
    }

    /// <summary>The extension of this machine, or null.</summary>
    public static NvtxApi? Current => s_found.Value;

    /// <summary>The first of the libraries that is there and has all functions, or null.</summary>
    public static NvtxApi? Load(params ReadOnlySpan<string> libraries)
    {
        foreach (string name in libraries)
        {
            if (NativeLibrary.TryLoad(name, out IntPtr library)
                && NativeLibrary.TryGetExport(library, "nvtxMarkA", out IntPtr mark)
                && NativeLibrary.TryGetExport(library, "nvtxRangeStartA", out IntPtr start)
                && NativeLibrary.TryGetExport(library, "nvtxRangeEnd", out IntPtr end))
            {
                return new(mark, start, end);
            }
        }

        return null;
    }

    public void Mark(string name)
    {
        int length = Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        Span<byte> text = length <= LongestOnStack ? stackalloc byte[length] : new byte[length];
        fixed (byte* bytes = Terminated(text, name))
        {
            _mark(bytes);
        }
    }

    /// <returns>What <see cref="End"/> wants.</returns>
    public ulong Start(string name)
    {
        int length = Encoding.UTF8.GetMaxByteCount(name.Length) + 1;
        Span<byte> text = length <= LongestOnStack ? stackalloc byte[length] : new byte[length];
        fixed (byte* bytes = Terminated(text, name))
        {
            return _rangeStart(bytes);
        }
    }

    public void End(ulong range) => _rangeEnd(range);

    private static Span<byte> Terminated(Span<byte> text, string name)
    {
        text[Encoding.UTF8.GetBytes(name, text)] = 0;
        return text;
    }
}
