using System.Collections.Immutable;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>Images from the disk are those that the compiler would make, and only as long as it would.</summary>
[TestFixture]
public sealed class KernelImageCacheTests
{
    private static readonly PtxTarget s_target = Compiling.Sm80;

    private static readonly int s_threads = Environment.ProcessId;

    private static readonly int[] s_table = [3, 1, 4];

    private string _folder = null!;

    private KernelImageCache _cache = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("kernel-images").FullName;
        _cache = new(new(_folder));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private static void Constant(Index1D i, ArrayView<int> a) => a[i] = s_threads;

    private static void Lookup(Index1D i, ArrayView<int> a) => a[i] = s_table[i % 3];

    private static void Sized(Index1D i, ArrayView<int> a, SpecializedValue<int> n) => a[i] = n;

    [Test]
    public void EveryConformanceKernelComesBackAsItWas()
    {
        foreach (KernelTarget target in new KernelTarget[] { s_target, Compiling.OpenCL })
        {
            foreach (MethodInfo kernel in KernelCatalog.Conformance)
            {
                // OpenCL refuses views in buffers.
                if (target is OpenCLTarget && kernel.DeclaringType == typeof(Conformance.StoredViewTests))
                {
                    continue;
                }
                KernelRequest request = KernelCatalog.Request(kernel, target);
                KernelImage made = _cache.GetOrCompile(request);
                KernelImage read = _cache.GetOrCompile(request);
                Assert.That(made.Provenance, Is.Not.Null);
                Assert.That(read.Provenance, Is.Null, $"{kernel} was compiled again");
                Assert.That(read.Text, Is.EqualTo(made.Text));
                Assert.That(read.Parameters.Select(Describe), Is.EqualTo(made.Parameters.Select(Describe)));
                Assert.That(Describe(read), Is.EqualTo(Describe(made)));
            }
        }

        static string Describe(object value) => value switch
        {
            KernelParameter p => $"{p with { Path = [] }} {string.Join('.', p.Path)}",
            KernelImage i =>
                $"{i.EntryPoint} {i.Target} {i.ImplicitlyGrouped} {i.IndexDimensions} {i.ArgumentBytes} {i.StaticSharedBytes} " +
                    $"{i.LocalBytes} {i.UsesDynamicShared} {i.UsesBarriers} {i.AssumesNoAlias}",
            _ => value.ToString()!,
        };
    }

    [Test]
    public void WhatAsksForOtherCodeHasAnotherEntry()
    {
        KernelRequest[] requests =
        [
            Request(nameof(Sized)) with { Specialized = Value(1) },
            Request(nameof(Sized)) with { Specialized = Value(2) },
            Request(nameof(Sized)) with { Specialized = Value(1), Target = Compiling.Sm90 },
            Request(nameof(Sized)) with { Specialized = Value(1), Target = Compiling.OpenCL },
            Request(nameof(Sized)) with { Specialized = Value(1), MaxGroupSize = 64 },
            Request(nameof(Sized)) with { Specialized = Value(1), MaxGroupSize = 64, MinGroupsPerMultiprocessor = 2 },
            Request(nameof(Sized)) with { Specialized = Value(1), AssumeAligned = true },
            Request(nameof(Sized)) with { Specialized = Value(1), AssumeNoAlias = true },
            Request(nameof(Sized)) with { Specialized = Value(1), FastMath = true },
            Request(nameof(Sized)) with { Specialized = Value(1), Assertions = true },
            Request(nameof(Sized)) with { Specialized = Value(1), Output = true },
            Compiling.Request(SampleKernels.Generic<SampleKernels.AddOperation>, s_target),
            Compiling.Request(SampleKernels.Generic<SampleKernels.MultiplyOperation>, s_target),
        ];
        foreach (KernelRequest request in requests)
        {
            Assert.That(_cache.GetOrCompile(request).Provenance, Is.Not.Null, request.ToString());
        }
        foreach (KernelRequest request in requests)
        {
            Assert.That(_cache.GetOrCompile(request).Provenance, Is.Null, request.ToString());
        }
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(requests.Length));

        static ImmutableDictionary<int, object> Value(int n) => ImmutableDictionary<int, object>.Empty.Add(2, n);
    }

    [Test]
    public void AChangedStaticFieldMakesTheEntryStale()
    {
        foreach (string name in new[] { nameof(Constant), nameof(Lookup) })
        {
            Assert.That(_cache.GetOrCompile(Request(name)).Provenance!.Statics, Has.Count.EqualTo(1));
        }
        Assert.That(_cache.GetOrCompile(Request(nameof(Lookup))).Provenance, Is.Null);
        s_table[1]++;
        KernelImage changed = _cache.GetOrCompile(Request(nameof(Lookup)));
        Assert.That(changed.Provenance, Is.Not.Null, "the entry knew another table");
        Assert.That(_cache.GetOrCompile(Request(nameof(Lookup))).Text, Is.EqualTo(changed.Text), "and was replaced");
    }

    [Test]
    public void AnotherVersionOfAModuleMakesTheEntryStale()
    {
        KernelRequest request = Request(nameof(Constant));
        _cache.GetOrCompile(request);
        byte[] version = typeof(KernelImageCacheTests).Module.ModuleVersionId.ToByteArray();
        var disk = new KernelDiskCache(_folder);
        string key = Path.GetFileName(Directory.GetFiles(_folder).Single());
        byte[] entry = disk.TryRead(key)!;
        int place = entry.AsSpan().IndexOf(version);
        Assert.That(place, Is.Positive, "the entry names the kernel's own module");
        entry[place] ^= 1;
        disk.Write(key, entry);
        Assert.That(_cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(_cache.GetOrCompile(request).Provenance, Is.Null);
    }

    [Test]
    public void AnEntryWithStrangeContentsIsReplaced()
    {
        KernelRequest request = Request(nameof(Constant));
        string text = _cache.GetOrCompile(request).Text;
        string key = Path.GetFileName(Directory.GetFiles(_folder).Single());
        byte[] whole = new KernelDiskCache(_folder).TryRead(key)!;
        for (int length = 0; length < whole.Length; length += 7)
        {
            // The checksum is right, the contents are not.
            new KernelDiskCache(_folder).Write(key, whole.AsSpan(0, length));
            KernelImage image = _cache.GetOrCompile(request);
            Assert.That(image.Text, Is.EqualTo(text));
            Assert.That(image.Provenance, Is.Not.Null);
        }
    }

    [Test]
    public void KernelsOfGeneratedCodeAreCompiledEachTime()
    {
        var writer = new Compiler.RandomPrograms.ProgramWriter(1);
        KernelRequest request = Compiling.Request(writer.Write().Method, s_target);
        Assert.That(_cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(_cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void TheFolderStaysBelowItsLimit()
    {
        const int limit = 40_000;
        for (int i = 0; i < 200; i++)
        {
            var disk = new KernelDiskCache(_folder, limit);
            disk.Write(KernelDiskCache.KeyOf($"entry {i}"), new byte[1000]);
        }

        Assert.That(new DirectoryInfo(_folder).GetFiles().Sum(file => file.Length), Is.LessThanOrEqualTo(limit));
        Assert.That(new KernelDiskCache(_folder).TryRead(KernelDiskCache.KeyOf("entry 199")), Has.Length.EqualTo(1000), "the newest stays");
    }

    private static KernelRequest Request(string name) =>
        Compiling.Request(typeof(KernelImageCacheTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!, s_target);
}
