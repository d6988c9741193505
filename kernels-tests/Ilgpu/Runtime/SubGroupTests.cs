using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Which OpenCL devices have sub-groups that can be warps, and what is said of the others.</summary>
public sealed class SubGroupTests
{
    private const string Khronos = "cl_khr_subgroups", Shuffle = "cl_khr_subgroup_shuffle", Intel = "cl_intel_subgroups";

    private const string IntelSize = "cl_intel_required_subgroup_size", AmdSize = "cl_amd_device_attribute_query";

    /// <summary>As PoCL 3.1 reports it.</summary>
    private static readonly string[] s_pocl =
        ["cl_khr_byte_addressable_store", "cl_khr_global_int32_base_atomics", "cl_khr_3d_image_writes", "cl_khr_fp64"];

    [Test]
    public void ADeviceOfIntelsIsAskedForAsManyLanesAsItHas()
    {
        Assert.That(Of([Intel, IntelSize], sizes: [8, 16, 32]), Is.EqualTo((new OpenCLSubGroups(32, true, false), "")));
        Assert.That(Of([Intel, IntelSize], sizes: [8, 16]), Is.EqualTo((new OpenCLSubGroups(16, true, false), "")));
        Assert.That(Of([Intel, IntelSize, Khronos, Shuffle], sizes: [16, 64]), Is.EqualTo((new OpenCLSubGroups(16, true, true), "")));
    }

    [Test]
    public void ADeviceOfAmdsHasTheWidthOfItsHardware()
    {
        Assert.That(Of([Khronos, Shuffle, AmdSize], width: 64), Is.EqualTo((new OpenCLSubGroups(64, false, true), "")));
        Assert.That(Of([Khronos, Shuffle, AmdSize], width: 32), Is.EqualTo((new OpenCLSubGroups(32, false, true), "")));
    }

    [Test]
    public void WhatIsMissingIsSaid()
    {
        Assert.That(Of(s_pocl), Is.EqualTo(
            ((OpenCLSubGroups?)null, "reports no sub-groups: neither cl_khr_subgroups with OpenCL C 2.0 nor cl_intel_subgroups")));
        Assert.That(Of([Khronos, Shuffle, AmdSize], new CLCVersion(1, 2), width: 64).Why, Does.Contain("with OpenCL C 2.0"));
        Assert.That(Of([Khronos, AmdSize], width: 64).Why, Does.Contain("can't exchange values").And.Contain(Shuffle));
        Assert.That(Of([Khronos, Shuffle]).Why, Does.Contain("does not say how many threads"));
        Assert.That(Of([Intel, IntelSize], sizes: []).Why, Does.Contain("does not say how many threads"));
        Assert.That(Of([Khronos, Shuffle, AmdSize], width: 48).Why, Does.Contain("does not say how many threads"), "no power of two");
    }

    [Test]
    public void TheLanguageIsTheOldestThatHasThem()
    {
        var khronos = new OpenCLSubGroups(32, false, true);
        Assert.That($"{CLSubGroups.LanguageFor(null, new(3, 0))}", Is.EqualTo("1.2"), "as ever");
        Assert.That($"{CLSubGroups.LanguageFor(khronos with { IsKhronos = false }, new(3, 0))}", Is.EqualTo("1.2"));
        Assert.That($"{CLSubGroups.LanguageFor(khronos, new(3, 0))}", Is.EqualTo("3.0"));
        Assert.That($"{CLSubGroups.LanguageFor(khronos, new(2, 0))}", Is.EqualTo("2.0"));
    }

    /// <summary>Whoever asks for sub-groups gets them, or learns why not; nobody else notices anything.</summary>
    [Test]
    public void TheDeviceHereHasThemOrIsRefused()
    {
        using var context = Context.Create(builder => builder.OpenCL().SubGroups());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }

        var device = context.GetCLDevice(0);
        if (CLSubGroups.Of(device, out var why) is { } present)
        {
            using var accelerator = device.CreateCLAccelerator(context);
            Assert.That(accelerator.WarpSize, Is.EqualTo(present.Size));
        }
        else
        {
            Assert.That(
                () => device.CreateCLAccelerator(context),
                Throws.TypeOf<CapabilityNotSupportedException>().With.Message.Contains("in sub-groups: it " + why));
        }

        using var usual = Context.Create(builder => builder.OpenCL());
        using var withoutWarps = usual.CreateCLAccelerator(0);
        Assert.That(withoutWarps.WarpSize, Is.EqualTo(1));
    }

    private static (OpenCLSubGroups? Form, string Why) Of(
        string[] extensions, CLCVersion? language = null, int[]? sizes = null, int width = 0)
    {
        var form = CLSubGroups.Of(extensions, language ?? new CLCVersion(3, 0), () => sizes ?? [], () => width, out var why);
        return (form, why);
    }
}
