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
    private static readonly PtxTarget Target = Compiling.Sm80;

    private static readonly int Threads = Environment.ProcessId;

    private static readonly int[] Table = [3, 1, 4];

    private string folder = null!;

    private KernelImageCache cache = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("kernel-images").FullName;
        cache = new(new(folder));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private static void Constant(Index1D i, ArrayView<int> a) => a[i] = Threads;

    private static void Lookup(Index1D i, ArrayView<int> a) => a[i] = Table[i % 3];

    private static void Sized(Index1D i, ArrayView<int> a, SpecializedValue<int> n) => a[i] = n;

    [Test]
    public void EveryConformanceKernelComesBackAsItWas()
    {
        foreach (KernelTarget target in new KernelTarget[] { Target, Compiling.OpenCL })
        {
            foreach (MethodInfo kernel in KernelCatalog.Conformance)
            {
                // OpenCL refuses views in buffers.
                if (target is OpenCLTarget && kernel.DeclaringType == typeof(Conformance.StoredViewTests))
                    continue;
                KernelRequest request = KernelCatalog.Request(kernel, target);
                KernelImage made = cache.GetOrCompile(request);
                KernelImage read = cache.GetOrCompile(request);
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
            Compiling.Request(SampleKernels.Generic<SampleKernels.AddOperation>, Target),
            Compiling.Request(SampleKernels.Generic<SampleKernels.MultiplyOperation>, Target),
        ];
        foreach (KernelRequest request in requests)
            Assert.That(cache.GetOrCompile(request).Provenance, Is.Not.Null, request.ToString());
        foreach (KernelRequest request in requests)
            Assert.That(cache.GetOrCompile(request).Provenance, Is.Null, request.ToString());
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(requests.Length));

        static ImmutableDictionary<int, object> Value(int n) => ImmutableDictionary<int, object>.Empty.Add(2, n);
    }

    [Test]
    public void AChangedStaticFieldMakesTheEntryStale()
    {
        foreach (string name in new[] { nameof(Constant), nameof(Lookup) })
            Assert.That(cache.GetOrCompile(Request(name)).Provenance!.Statics, Has.Count.EqualTo(1));
        Assert.That(cache.GetOrCompile(Request(nameof(Lookup))).Provenance, Is.Null);
        Table[1]++;
        KernelImage changed = cache.GetOrCompile(Request(nameof(Lookup)));
        Assert.That(changed.Provenance, Is.Not.Null, "the entry knew another table");
        Assert.That(cache.GetOrCompile(Request(nameof(Lookup))).Text, Is.EqualTo(changed.Text), "and was replaced");
    }

    [Test]
    public void AnotherVersionOfAModuleMakesTheEntryStale()
    {
        KernelRequest request = Request(nameof(Constant));
        cache.GetOrCompile(request);
        byte[] version = typeof(KernelImageCacheTests).Module.ModuleVersionId.ToByteArray();
        var disk = new KernelDiskCache(folder);
        string key = Path.GetFileName(Directory.GetFiles(folder).Single());
        byte[] entry = disk.TryRead(key)!;
        int place = entry.AsSpan().IndexOf(version);
        Assert.That(place, Is.Positive, "the entry names the kernel's own module");
        entry[place] ^= 1;
        disk.Write(key, entry);
        Assert.That(cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(cache.GetOrCompile(request).Provenance, Is.Null);
    }

    [Test]
    public void AnEntryWithStrangeContentsIsReplaced()
    {
        KernelRequest request = Request(nameof(Constant));
        string text = cache.GetOrCompile(request).Text;
        string key = Path.GetFileName(Directory.GetFiles(folder).Single());
        byte[] whole = new KernelDiskCache(folder).TryRead(key)!;
        for (int length = 0; length < whole.Length; length += 7)
        {
            // The checksum is right, the contents are not.
            new KernelDiskCache(folder).Write(key, whole.AsSpan(0, length));
            KernelImage image = cache.GetOrCompile(request);
            Assert.That(image.Text, Is.EqualTo(text));
            Assert.That(image.Provenance, Is.Not.Null);
        }
    }

    [Test]
    public void KernelsOfGeneratedCodeAreCompiledEachTime()
    {
        var writer = new Compiler.RandomPrograms.ProgramWriter(1);
        KernelRequest request = Compiling.Request(writer.Write().Method, Target);
        Assert.That(cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(cache.GetOrCompile(request).Provenance, Is.Not.Null);
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void TheFolderStaysBelowItsLimit()
    {
        const int limit = 40_000;
        for (int i = 0; i < 200; i++)
        {
            var disk = new KernelDiskCache(folder, limit);
            disk.Write(KernelDiskCache.KeyOf($"entry {i}"), new byte[1000]);
        }

        Assert.That(new DirectoryInfo(folder).GetFiles().Sum(file => file.Length), Is.LessThanOrEqualTo(limit));
        Assert.That(new KernelDiskCache(folder).TryRead(KernelDiskCache.KeyOf("entry 199")), Has.Length.EqualTo(1000), "the newest stays");
    }

    private static KernelRequest Request(string name) =>
        Compiling.Request(typeof(KernelImageCacheTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!, Target);
}
