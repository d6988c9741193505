using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ILGPU.Runtime.OpenCL;

/// <summary>The numbers by which OpenCL names what can be asked of platforms, devices, programs and events.</summary>
internal static class CLQuery
{
    public const uint PlatformName = 0x0902;
    public const uint DeviceType = 0x1000;
    public const uint DeviceMaxComputeUnits = 0x1002;
    public const uint DeviceMaxWorkGroupSize = 0x1004;
    public const uint DeviceMaxWorkItemSizes = 0x1005;
    public const uint DeviceMaxClockFrequency = 0x100C;
    public const uint DeviceSingleFpConfig = 0x101B;
    public const uint DeviceGlobalMemSize = 0x101F;
    public const uint DeviceMaxConstantBufferSize = 0x1020;
    public const uint DeviceLocalMemSize = 0x1023;
    public const uint DeviceEndianLittle = 0x1026;
    public const uint DeviceAvailable = 0x1027;
    public const uint DeviceCompilerAvailable = 0x1028;
    public const uint DeviceName = 0x102B;
    public const uint DeviceVendor = 0x102C;
    public const uint DriverVersion = 0x102D;
    public const uint DeviceVersion = 0x102F;
    public const uint DeviceExtensions = 0x1030;
    public const uint DeviceOpenCLCVersion = 0x103D;
    public const uint DeviceWarpSizeNvidia = 0x4003;
    public const uint DeviceWavefrontWidthAmd = 0x4043;
    public const uint DeviceSubGroupSizesIntel = 0x4108;
    public const uint ProgramBinarySizes = 0x1165;
    public const uint ProgramBinaries = 0x1166;
    public const uint ProgramBuildLog = 0x1183;
    public const uint KernelWorkGroupSize = 0x11B0;
    public const uint KernelPreferredWorkGroupSizeMultiple = 0x11B3;
    public const uint EventCommandExecutionStatus = 0x11D3;
    public const uint ProfilingCommandEnd = 0x1283;
    public const ulong FpFma = 1 << 5;
    public const ulong FpCorrectlyRoundedDivideSqrt = 1 << 7;
}

/// <summary>Asks a device and its platform for their properties.</summary>
internal sealed unsafe partial class CLDeviceInfo(IntPtr platform, IntPtr device)
{
    /// <summary>The version in texts such as "OpenCL 3.0 PoCL" and "OpenCL C 1.2 PoCL".</summary>
    public static (int Major, int Minor) ParseVersion(string text)
    {
        Match match = VersionPattern().Match(text);
        return match.Success ? (int.Parse(match.Groups["major"].ValueSpan), int.Parse(match.Groups["minor"].ValueSpan)) : (1, 0);
    }

    public string PlatformText(uint query) => TextOf(CLApi.Current.GetPlatformInfo, platform, query, "clGetPlatformInfo");

    public string Text(uint query) => TextOf(CLApi.Current.GetDeviceInfo, device, query, "clGetDeviceInfo");

    public T Value<T>(uint query)
        where T : unmanaged
    {
        T value = default;
        CLException.Check(CLApi.Current.GetDeviceInfo(device, query, (nuint)sizeof(T), &value, null), "clGetDeviceInfo");
        return value;
    }

    public T[] Values<T>(uint query)
        where T : unmanaged =>
            MemoryMarshal.Cast<byte, T>(BytesOf(CLApi.Current.GetDeviceInfo, device, query, "clGetDeviceInfo")).ToArray();

    private static string TextOf(
        delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> function, IntPtr handle, uint query, string call) =>
        Encoding.UTF8.GetString(BytesOf(function, handle, query, call)).TrimEnd('\0').Trim();

    private static byte[] BytesOf(
        delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> function, IntPtr handle, uint query, string call)
    {
        nuint size;
        CLException.Check(function(handle, query, 0, null, &size), call);
        var bytes = new byte[size];
        fixed (byte* start = bytes)
        {
            CLException.Check(function(handle, query, size, start, null), call);
        }

        return bytes;
    }

    [GeneratedRegex(
        @"(?<major>\d+)\.(?<minor>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
