using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>What kernels can't do is refused with file, line, construct and advice, and leaves the compiler usable.</summary>
public sealed class RefusalTests
{
    private static int s_mutable = 3;

    private sealed class Node
    {
        public int Value { get; init; }
    }

    private static void ThrowsException(Index1D i, ArrayView<int> a)
    {
        if (a[i] < 0)
        {
            throw new InvalidOperationException("negative");
        }
    }

    private static void Tries(Index1D i, ArrayView<int> a)
    {
        try
        {
            a[i] = 1;
        }
        finally
        {
            a[i] = 2;
        }
    }

    private static void Allocates(Index1D i, ArrayView<int> a) => a[i] = new Node { Value = 1 }.Value;

    private static void Strings(Index1D i, ArrayView<int> a) => a[i] = a[i].ToString().Length;

    private static void MutableStatic(Index1D i, ArrayView<int> a) => a[i] = s_mutable;

    private static void WritesStatic(Index1D i, ArrayView<int> a) => s_mutable = i;

    private static void DynamicArray(Index1D i, ArrayView<int> a) => a[i] = Last(new int[a[i]]);

    private static int Last(int[] values) => values[^1];

    private static void SharedInImplicit(Index1D i, ArrayView<int> a)
    {
        var shared = SharedMemory.Allocate<int>(4);
        shared[0] = i;
        a[i] = shared[0];
    }

    private static void Recursive(Index1D i, ArrayView<int> a) => a[i] = Factorial(a[i]);

    private static int Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);

    private static void ForTheHost(Index1D i, ArrayView<int> a) => a[i] = OnTheHost(a[i]);

    [NotInsideKernel]
    private static int OnTheHost(int value) => value + 1;

    private static void Delegates(Index1D i, ArrayView<int> a)
    {
        Func<int, int> square = x => x * x;
        a[i] = square(a[i]);
    }

    private static unsafe void StackAllocates(Index1D i, ArrayView<int> a)
    {
        int* memory = stackalloc int[4];
        a[i] = memory[1];
    }

    private static void Spans(Index1D i, ArrayView<int> a)
    {
        ReadOnlySpan<int> table = [1, 2, 3];
        a[i] = table[a[i]];
    }

    private static void Virtual(Index1D i, ArrayView<int> a) => a[i] = EqualityComparer<int>.Default.GetHashCode(a[i]);

    private static void Boxes(Index1D i, ArrayView<int> a) => a[i] = ((object)a[i]).GetHashCode();

    private static void Objects(Index1D i, ArrayView<int> a)
    {
        var node = new Node { Value = a[i] };
        Node[] nodes = [node];
        a[i] = nodes[0].Value;
    }

    private static void Captures(Index1D i, ArrayView<int> a)
    {
        int offset = a[i];
        Func<int, int> add = x => x + offset;
        a[i] = add(3);
    }

    private static void MillionElements(Index1D i, ArrayView<int> a)
    {
        int[] own = new int[1_000_000];
        own[a[i]] = i;
        a[i] = own[i];
    }

    private static void ManyArrays(Index1D i, ArrayView<int> a)
    {
        ArrayView<double> first = LocalMemory.Allocate<double>(40_000);
        ArrayView<double> second = LocalMemory.Allocate<double>(40_000);
        first[a[i]] = i.X;
        second[a[i]] = first[i];
        a[i] = (int)second[i];
    }

    private static void ManyElements(Index1D i, ArrayView<int> a)
    {
        ArrayView<double> own = LocalMemory.Allocate<double>(40_000);
        own[a[i]] = i.X;
        a[i] = (int)own[i];
    }

    public static IEnumerable<TestCaseData> Cases()
    {
        yield return Case(ThrowsException, "exception", "write an error value");
        yield return Case(Tries, "try block", "use if");
        yield return Case(Allocates, "class", "structs");
        yield return Case(Strings, "class", "structs");
        yield return Case(MutableStatic, "static field 's_mutable' is not read-only", "readonly");
        yield return Case(WritesStatic, "static field 's_mutable' is written", "ArrayView<T>");
        yield return Case(DynamicArray, "compile-time constant", "SpecializedValue<int>");
        yield return Case(MillionElements, "3906 KB of each thread, which can have 512", "SubView");
        yield return Case(ManyArrays, "625 KB of each thread", "allocate a buffer");
        yield return Case(SharedInImplicit, "Shared memory is not supported by implicitly grouped kernels", "LoadStreamKernel");
        yield return Case(Recursive, "recursive", "loop");
        yield return Case(ForTheHost, "OnTheHost", "only the host may call it");
        yield return Case(Delegates, "delegates", "static abstract");
        yield return Case(StackAllocates, "stackalloc", "LocalMemory.Allocate");
        yield return Case(Spans, "Span", "ArrayView<T>");
        yield return Case(Virtual, "EqualityComparer", "structs");
        yield return Case(Boxes, "no C# body", "structs");
        yield return Case(Objects, "class", "structs");
        yield return Case(Captures, "captures", "argument");

        static TestCaseData Case(Action<Index1D, ArrayView<int>> kernel, string construct, string advice) =>
            new TestCaseData(kernel, construct, advice).SetArgDisplayNames(kernel.Method.Name);
    }

    [TestCaseSource(nameof(Cases))]
    public void NamesLineConstructAndAdvice(Action<Index1D, ArrayView<int>> kernel, string construct, string advice)
    {
        foreach (var target in Compiling.AllTargets)
        {
            var error = Assert.Throws<InternalCompilerException>(() => Compiling.Compile(kernel, target))!;
            Assert.That(error.InnerException, Is.InstanceOf<NotSupportedException>());
            Assert.That(error.InnerException!.Message, Does.Match(@"RefusalTests\.cs:\d+").And.Contain(construct).And.Contain(advice));
            Assert.That(Compiling.Compile(SampleKernels.Map, target).Text, Is.Not.Empty, "the next kernel compiles");
        }
    }

    [Test]
    public void ViewsInBuffersAreRefusedByOpenCLAlone()
    {
        static void Follows(Index1D i, ArrayView<StoredView<int>> views, ArrayView<int> a) => a[i] = views[i].View[0];
        var error = Assert.Throws<InternalCompilerException>(() => Compiling.Compile(Follows, Compiling.OpenCL))!;
        Assert.That(
            error.InnerException!.Message,
            Does.Match(@"RefusalTests\.cs:\d+").And.Contain("have no addresses").And.Contain("into one buffer"));
        Assert.That(Compiling.Compile(Follows, Compiling.Sm70).Text, Does.Contain("ld.global"));
    }

    [Test]
    public void LargeLocalArraysThatADeviceHasAreTaken()
    {
        foreach (var target in Compiling.AllTargets)
        {
            Assert.That(Compiling.Compile(ManyElements, target).LocalBytes, Is.GreaterThanOrEqualTo(40_000 * sizeof(double)));
        }
    }

    [Test]
    public void RefusalsOnImpossiblePathsDoNotCount()
    {
        static void Guarded(Index1D i, ArrayView<int> a)
        {
            if (Interop.SizeOf<int>() != 4)
            {
                throw new InvalidOperationException();
            }
            a[i] = 1;
        }

        Assert.That(Compiling.Compile(Guarded, Compiling.Sm70).Text, Does.Not.Contain("trap"));
    }

    [Test]
    public void MarksForTheHostAreSeen()
    {
        Action<Index1D, ArrayView<int>> marked = ForTheHost;
        Func<int, int> host = OnTheHost;
        Assert.That(
            (NotInsideKernelAttribute.IsDefined(host.Method), NotInsideKernelAttribute.IsDefined(marked.Method)),
            Is.EqualTo((true, false)));
    }

    [Test]
    public void CapturingLambdasAreNoKernels()
    {
        var captured = TestContext.CurrentContext.Random.Next();
        Action<Index1D, ArrayView<int>> kernel = (i, a) => a[i] = captured;
        Assert.That(
            () => Compiling.Compile(kernel, Compiling.Sm70),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("non-capturing"));
    }

    [Test]
    public void BoolAndCharAreNoParameters()
    {
        static void Flags(Index1D i, ArrayView<int> a, bool flag) => a[i] = flag ? 1 : 0;
        Assert.That(
            () => Compiling.Compile(Flags, Compiling.Sm70), Throws.ArgumentException.With.InnerException.Message.Contains("blittable"));
    }

    [Test]
    public void LongIndicesAreRefused()
    {
        static void Long(LongIndex1D i, ArrayView<int> a) => a[i] = 1;
        var request = Compiling.Request(Long, Compiling.Sm70) with { ImplicitlyGrouped = true };
        Assert.That(() => KernelCompiler.Compile(request), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("Index1D"));
    }

    /// <summary>Modes of the context allow it: what a field holds becomes a constant, and what is written to it is dropped.</summary>
    [Test]
    public void MutableStaticsAreUsedWhereTheContextAllowsIt(
        [Values(
            StaticFieldMode.Default, StaticFieldMode.MutableStaticFields, StaticFieldMode.IgnoreStaticFieldStores,
            StaticFieldMode.MutableStaticFields | StaticFieldMode.IgnoreStaticFieldStores)]
        StaticFieldMode mode)
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDevice.Default).StaticFields(mode));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        using var buffer = accelerator.Allocate1D<int>(4);
        void Run(Action<Index1D, ArrayView<int>> kernel) => accelerator.LoadAutoGroupedStreamKernel(kernel)(4, buffer.AsContiguous());
        buffer.MemSetToZero();
        if (mode == StaticFieldMode.Default)
        {
            Assert.That(() => Run(MutableStatic), Throws.TypeOf<InternalCompilerException>());
        }
        else
        {
            Run(MutableStatic);
            Assert.That(buffer.GetAsArray1D(), Is.All.EqualTo(3));
        }

        if (mode >= StaticFieldMode.IgnoreStaticFieldStores)
        {
            Run(WritesStatic);
            Assert.That(s_mutable, Is.EqualTo(3));
        }
        else
        {
            Assert.That(() => Run(WritesStatic), Throws.TypeOf<InternalCompilerException>());
        }
    }
}
