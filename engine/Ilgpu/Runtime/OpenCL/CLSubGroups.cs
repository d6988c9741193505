using ILGPU.Backends;

namespace ILGPU.Runtime.OpenCL;

/// <summary>Whether a device's sub-groups can be warps: they must exchange values, and be of a size that is known beforehand.</summary>
internal static class CLSubGroups
{
    private const string Khronos = "cl_khr_subgroups", KhronosShuffle = "cl_khr_subgroup_shuffle", Intel = "cl_intel_subgroups";

    private const string IntelSize = "cl_intel_required_subgroup_size";

    private const string AmdSize = "cl_amd_device_attribute_query", NvidiaSize = "cl_nv_device_attribute_query";

    /// <summary>More threads than the widest warp elsewhere would only leave kernels with idle ones.</summary>
    private const int LargestDemanded = 32;

    /// <summary>The language that has sub-groups of Khronos.</summary>
    private static readonly CLCVersion s_first = new(2, 0);

    /// <param name="extensions">What the device reports.</param>
    /// <param name="language">The newest version that it compiles.</param>
    /// <param name="sizes">The sizes that kernels can demand, where <c>cl_intel_required_subgroup_size</c> is reported.</param>
    /// <param name="width">The width of the hardware, where an extension of AMD's or NVIDIA's tells it.</param>
    /// <param name="why">What the device lacks, as the end of a sentence about it.</param>
    /// <returns>Null if it lacks something.</returns>
    public static OpenCLSubGroups? Of(
        IReadOnlyCollection<string> extensions, CLCVersion language, Func<IEnumerable<int>> sizes, Func<int> width, out string why)
    {
        why = "";
        bool isKhronos = extensions.Contains(Khronos) && language >= s_first;
        bool isIntel = extensions.Contains(Intel);
        if (!isKhronos && !isIntel)
        {
            why = $"reports no sub-groups: neither {Khronos} with OpenCL C 2.0 nor {Intel}";
            return null;
        }

        bool shuffles = isKhronos && extensions.Contains(KhronosShuffle);
        if (!shuffles && !isIntel)
        {
            why = $"has sub-groups, but can't exchange values in them: it reports no {KhronosShuffle}";
            return null;
        }

        if (extensions.Contains(IntelSize) && Largest(sizes()) is > 1 and var demanded)
        {
            return new(demanded, IsDemanded: true, shuffles);
        }

        if ((extensions.Contains(AmdSize) || extensions.Contains(NvidiaSize)) && width() is > 1 and var wide && int.IsPow2(wide))
        {
            return new(wide, IsDemanded: false, shuffles);
        }

        why = "does not say how many threads a sub-group has";
        return null;
    }

    /// <summary>Of a device.</summary>
    public static OpenCLSubGroups? Of(CLDevice device, out string why)
    {
        var info = new CLDeviceInfo(device.PlatformId, device.DeviceId);
        return Of(
            device.Extensions, device.CVersion, () => info.Values<nuint>(CLQuery.DeviceSubGroupSizesIntel).Select(size => (int)size),
            () => (int)info.Value<uint>(
                device.HasExtension(AmdSize) ? CLQuery.DeviceWavefrontWidthAmd : CLQuery.DeviceWarpSizeNvidia),
            out why);
    }

    /// <summary>The version that kernels with sub-groups are compiled as.</summary>
    /// <param name="subGroups">What they use, or null.</param>
    /// <param name="language">The newest version that the device compiles.</param>
    public static CLCVersion LanguageFor(OpenCLSubGroups? subGroups, CLCVersion language) =>
        subGroups is not { IsKhronos: true } ? CLCVersion.CL12 : language >= new CLCVersion(3, 0) ? new CLCVersion(3, 0) : s_first;

    private static int Largest(IEnumerable<int> sizes) =>
        sizes.Where(size => int.IsPow2(size) && size <= LargestDemanded).DefaultIfEmpty().Max();
}
