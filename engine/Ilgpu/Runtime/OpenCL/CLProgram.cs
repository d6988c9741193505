using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ILGPU.Runtime.OpenCL;

/// <summary>Builds OpenCL C for one device, through the disk cache.</summary>
internal static unsafe partial class CLProgram
{
    /// <summary>A built program; the caller releases it.</summary>
    /// <exception cref="CLException">
    /// The device's compiler refuses the source; the message holds its log and the lines it complains about.
    /// </exception>
    public static IntPtr Build(CLAccelerator accelerator, string source, string options)
    {
        CLDevice device = accelerator.Device;
        KernelDiskCache cache = KernelDiskCache.Default;
        string key = KernelDiskCache.KeyOf(
            "opencl", source, options, device.PlatformName, device.Name, device.DriverVersion, device.DeviceVersion.ToString());
        if (cache.TryRead(key) is { } binary && TryLoadBinary(accelerator, binary, options) is { } loaded)
        {
            return loaded;
        }

        IntPtr program = BuildSource(accelerator, source, options);
        try
        {
            cache.Write(key, BinaryOf(program));
            return program;
        }
        catch
        {
            CLException.Check(CLApi.Current.ReleaseProgram(program), "clReleaseProgram");
            throw;
        }
    }

    private static IntPtr BuildSource(CLAccelerator accelerator, string source, string options)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        CLError status;
        IntPtr program;
        fixed (byte* start = text)
        {
            byte* line = start;
            nuint length = (nuint)text.Length;
            program = CLApi.Current.CreateProgramWithSource(accelerator.NativePtr, 1, &line, &length, &status);
        }

        CLException.Check(status, "clCreateProgramWithSource");
        status = BuildFor(accelerator, program, options);
        if (status == CLError.CL_SUCCESS)
        {
            return program;
        }

        string log;
        try
        {
            log = BuildLog(accelerator, program);
        }
        finally
        {
            CLException.Check(CLApi.Current.ReleaseProgram(program), "clReleaseProgram");
        }

        throw new CLException(
            status, $"clBuildProgram on {accelerator} failed with {CLException.Describe(status)}.\n{Explain(log, source)}");
    }

    private static IntPtr? TryLoadBinary(CLAccelerator accelerator, byte[] binary, string options)
    {
        IntPtr device = accelerator.DeviceId;
        CLError status;
        CLError binaryStatus;
        IntPtr program;
        fixed (byte* start = binary)
        {
            byte* image = start;
            nuint length = (nuint)binary.Length;
            program = CLApi.Current.CreateProgramWithBinary(accelerator.NativePtr, 1, &device, &length, &image, &binaryStatus, &status);
        }

        if (status != CLError.CL_SUCCESS || binaryStatus != CLError.CL_SUCCESS)
        {
            return null;
        }

        if (BuildFor(accelerator, program, options) == CLError.CL_SUCCESS)
        {
            return program;
        }

        CLException.Check(CLApi.Current.ReleaseProgram(program), "clReleaseProgram");
        return null;
    }

    private static CLError BuildFor(CLAccelerator accelerator, IntPtr program, string options)
    {
        IntPtr device = accelerator.DeviceId;
        fixed (byte* text = Encoding.UTF8.GetBytes(options + '\0'))
        {
            return CLApi.Current.BuildProgram(program, 1, &device, text, 0, 0);
        }
    }

    private static byte[] BinaryOf(IntPtr program)
    {
        nuint size;
        CLException.Check(
            CLApi.Current.GetProgramInfo(program, CLQuery.ProgramBinarySizes, (nuint)sizeof(nuint), &size, null), "clGetProgramInfo");
        var binary = new byte[size];
        fixed (byte* start = binary)
        {
            byte* image = start;
            CLException.Check(
                CLApi.Current.GetProgramInfo(program, CLQuery.ProgramBinaries, (nuint)sizeof(byte*), &image, null), "clGetProgramInfo");
        }

        return binary;
    }

    private static string BuildLog(CLAccelerator accelerator, IntPtr program)
    {
        nuint size;
        CLException.Check(
            CLApi.Current.GetProgramBuildInfo(program, accelerator.DeviceId, CLQuery.ProgramBuildLog, 0, null, &size),
            "clGetProgramBuildInfo");
        var log = new byte[size];
        fixed (byte* start = log)
        {
            CLException.Check(
                CLApi.Current.GetProgramBuildInfo(program, accelerator.DeviceId, CLQuery.ProgramBuildLog, size, start, null),
                "clGetProgramBuildInfo");
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    /// <summary>The log, followed by the source lines that it names.</summary>
    private static string Explain(string log, string source)
    {
        string[] lines = source.Split('\n');
        var text = new StringBuilder(log);
        foreach (int number
            in PlacePattern().Matches(log).Select(match => int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture))
                .Distinct().Take(10))
        {
            if (number >= 1 && number <= lines.Length)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{number,6}: {lines[number - 1]}");
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@":(?<line>\d+):\d+:", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlacePattern();
}
