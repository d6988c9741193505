using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.CPU.Vectors;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>Kernels in the lanes of vectors compute what they compute on the simulator, bit by bit.</summary>
public sealed class LaneTests
{
    private const int Threads = 64;

    private const int Groups = 5;

    private Context _checkedContext = null!, _context = null!;

    private CPUAccelerator _simulator = null!, _lanes = null!;

    private static IEnumerable<TestCaseData> ElementCases() =>
        LaneKernels.OfElements.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Method.Name));

    private static IEnumerable<TestCaseData> GroupCases() =>
        LaneKernels.OfGroups.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Method.Name));

    [OneTimeSetUp]
    public void OpenAccelerators()
    {
        _checkedContext = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Unchecked());
        _simulator = _checkedContext.CreateCPUAccelerator(0);
        _lanes = _context.CreateCPUAccelerator(0);
    }

    [OneTimeTearDown]
    public void CloseAccelerators()
    {
        _lanes.Dispose();
        _simulator.Dispose();
        _context.Dispose();
        _checkedContext.Dispose();
    }

    [Test]
    public void OneOfThemChecks() => Assert.That((_simulator.IsChecked, _lanes.IsChecked), Is.EqualTo((true, false)));

    /// <summary>Also where the last batch is not full, and where there is no full one.</summary>
    [TestCaseSource(nameof(ElementCases))]
    public void ElementsAreThoseOfTheSimulator(Action<Index1D, ArrayView<int>, ArrayView<int>> kernel)
    {
        Assert.That(Refusal(kernel), Is.Null);
        foreach (int count in new[] { 1, 7, 8, 50, 203 })
        {
            Assert.That(Run(_lanes, kernel, count), Is.EqualTo(Run(_simulator, kernel, count)), $"{count} threads");
        }
    }

    [TestCaseSource(nameof(GroupCases))]
    public void GroupsAreThoseOfTheSimulator(Action<ArrayView<int>, ArrayView<int>> kernel)
    {
        Assert.That(Refusal(kernel), Is.Null);
        Assert.That(Run(_lanes, kernel, CPUAcceleratorMode.Parallel), Is.EqualTo(Run(_simulator, kernel, CPUAcceleratorMode.Parallel)));
    }

    /// <summary>Rows of a group that are no multiple of a batch, nor is the group, and rows that are.</summary>
    [TestCase(5, 7)]
    [TestCase(8, 3)]
    [TestCase(16, 4)]
    [TestCase(12, 2)]
    public void PlanesAreThoseOfTheSimulator(int width, int height)
    {
        var shape = new KernelConfig(new Index2D(2, 3), new Index2D(width, height));
        Assert.That(RunPlane(_lanes, shape), Is.EqualTo(RunPlane(_simulator, shape)));
    }

    [Test]
    public void WhatMustRunThreadByThreadSaysWhy()
    {
        AssertRefused(BarrierForSome, "Group.Barrier lies behind a branch that threads take differently");
        AssertRefused(Lock, "wait for each other");
        AssertRefused(Print, "prints");
        string text = Compiling.Compile(BarrierForSome, Compiling.Processor).Text;
        Assert.That(text, Does.StartWith("; threads run one after the other: Group.Barrier").And.Contains("kernel "));
    }

    [Test]
    public void WhatMustRunThreadByThreadRuns()
    {
        Assert.That(Run(_lanes, Lock, CPUAcceleratorMode.Sequential), Is.EqualTo(Run(_simulator, Lock, CPUAcceleratorMode.Sequential)));
        Assert.That(
            Run(_lanes, BarrierForAll, CPUAcceleratorMode.Sequential),
            Is.EqualTo(Run(_simulator, BarrierForAll, CPUAcceleratorMode.Sequential)));
    }

    /// <summary>Where threads run one after the other, several neighbours are read and written as so many scalars.</summary>
    [Test]
    public void VectorAccessesRunThreadByThread()
    {
        KernelImage image = Compiling.Compile(LaneKernels.QuadsOfSingleThreads, Compiling.Processor);
        Opcode[] opcodes = [.. image.Function.Instructions.Select(instruction => instruction.Opcode)];
        Assert.That(opcodes, Has.Member(Opcode.LoadVector), image.Text);
        Assert.That(opcodes, Has.Member(Opcode.StoreVector), image.Text);
        AssertRefused(LaneKernels.QuadsOfSingleThreads, "Group.Barrier lies behind a branch that threads take differently");
        Assert.That(
            Run(_lanes, LaneKernels.QuadsOfSingleThreads, CPUAcceleratorMode.Parallel),
            Is.EqualTo(Run(_simulator, LaneKernels.QuadsOfSingleThreads, CPUAcceleratorMode.Parallel)));
    }

    /// <summary>Where lanes do not lie behind each other, or not all take part, there is an access for each neighbour.</summary>
    [Test]
    public void VectorAccessesOfSomeLanesAreThere()
    {
        KernelImage image = Compiling.Compile(LaneKernels.ScatteredQuads, Compiling.Processor);
        Divergence divergence = VectorPlan.Of(image.Function, hasRows: true, out _)!.Divergence;
        Instruction[] stores = [.. image.Function.Instructions.Where(instruction => instruction.Opcode == Opcode.StoreVector)];
        Assert.That(
            stores.Select(store => divergence.StepOf(store.Operands[0]).IsKnown), Is.EquivalentTo(new[] { true, false }), image.Text);
    }

    /// <summary>Also from pointers that lanes do not have in common, of which some take part.</summary>
    [Test]
    public void VectorAccessesByPointerAreThere()
    {
        KernelImage image = Compiling.Compile(LaneKernels.QuadsByPointer, Compiling.Processor);
        Divergence divergence = VectorPlan.Of(image.Function, hasRows: true, out _)!.Divergence;
        Instruction[] accesses = [.. image.Function.Instructions.Where(i => i.Opcode is Opcode.LoadVector or Opcode.StoreVector)];
        Assert.That(accesses.Select(access => access.Opcode).Distinct().Count(), Is.EqualTo(2), image.Text);
        Assert.That(accesses.Select(access => divergence.StepOf(access.Operands[0]).IsKnown), Has.None.True, image.Text);
        Block[] homes = [.. divergence.Order.Where(block => block.Instructions.Exists(accesses.Contains))];
        Assert.That(homes.Select(divergence.IsMasked), Has.Some.True.And.Some.False, image.Text);
    }

    /// <summary>Where threads part at a multiple of a batch, the lanes of one go the same way.</summary>
    [Test]
    public void BranchesBetweenBatchesPartNoLanes()
    {
        KernelImage image = Compiling.Compile(LaneKernels.PartsOfAGroup, Compiling.Processor);
        Divergence divergence = VectorPlan.Of(image.Function, hasRows: true, out _)!.Divergence;
        Instruction[] comparisons =
            [.. image.Function.Instructions.Where(i => i.Opcode == Opcode.Compare && i.Operands[1] is Constant)];
        Assert.That(comparisons.Count(divergence.IsUniform), Is.GreaterThanOrEqualTo(5), image.Text);
        Assert.That(
            comparisons.Where(comparison => !divergence.IsUniform(comparison))
                .Select(comparison => ((Constant)comparison.Operands[1]).Bits),
            Is.EqualTo(new[] { 21L }), image.Text);
    }

    /// <summary>What is wide is the product of numbers of which one has a sign alone: its upper half is neither's.</summary>
    [Test]
    public void HalvesOfProductsAreNotWidened()
    {
        KernelImage image = Compiling.Compile(LaneKernels.HalvesOfProducts, Compiling.Processor);
        Instruction[] products = [.. image.Function.Instructions.Where(i => i is { Opcode: Opcode.Mul, Type: IrType.Int64 })];
        Assert.That(
            products.Select(product => product.Operands.Select(factor => (Conversion)((Instruction)factor).Kind)),
            Has.All.EquivalentTo(new[] { Conversion.SignExtend32, Conversion.ZeroExtend32 }), image.Text);
        Assert.That(
            image.Function.Instructions.Select(i => i.Opcode), Has.Some.EqualTo(Opcode.MulHighU).And.Some.EqualTo(Opcode.MulHighS));
    }

    /// <summary>Whether a place is a + b or b + a, it is the same.</summary>
    [Test]
    public void SumsOfAnyOrderAreOneAddress()
    {
        KernelImage image = Compiling.Compile(LaneKernels.TurnedQuads, Compiling.Processor);
        Instruction[] loads = [.. image.Function.Instructions.Where(instruction => instruction.Opcode == Opcode.LoadVector)];
        Assert.That(loads.Select(load => load.TupleTypes!.Length), Is.EqualTo(new[] { 4 }), image.Text);
    }

    /// <summary>The JIT compiler leaves methods of more than 20,000 instructions as they are, ten times as slow.</summary>
    [Test]
    public void ProductsAreSmallEnoughToBeOptimised()
    {
        string[] products = [.. KernelCatalog.Engine.Where(IsProductOfMediumTiles).Select(KernelCatalog.Path)];
        Assert.That(products, Has.Some.Contains("RegisterBlocked").And.Some.Contains("DoubleBuffered").And.Some.Contains("Vectorised"));
        foreach (var method in KernelCatalog.Engine.Where(IsProductOfMediumTiles))
        {
            KernelImage image = KernelCompiler.Compile(KernelCatalog.Request(method, Compiling.Processor));
            VectorKernel kernel = VectorTranslator.Translate(image, hasRows: true, method.Name)!;
            Assert.That(kernel.CodeBytes, Is.InRange(10_000, 50_000), KernelCatalog.Path(method));
        }

        static bool IsProductOfMediumTiles(System.Reflection.MethodInfo method) =>
            KernelCatalog.Path(method).EndsWith("Product<MediumTile, AlongColumns`1>", StringComparison.Ordinal);
    }

    [Test]
    public void TheDumpTellsWhatIsCommonToAllLanes()
    {
        string text = Compiling.Compile(LaneKernels.BarrierInLoop, Compiling.Processor).Text;
        Assert.That(text, Does.StartWith("; 8 threads run together in the lanes of vectors\n; under masks: b"));
        Assert.That(
            Compiling.Compile(LaneKernels.Straight, Compiling.Processor).Text, Does.Contain("; under masks: no block"),
            "the guard on the extent takes lanes out");
    }

    /// <summary>Positions, and what is computed of them, need no vector, nor does where neighbours read neighbours.</summary>
    [Test]
    public void TheDumpTellsWhatGoesOnFromLaneToLane()
    {
        string text = Compiling.Compile(LaneKernels.Folded, Compiling.Processor).Text;
        Assert.That(text, Does.Match("; going on from lane to lane: %\\d+ by 1,").And.Match("%\\d+ by 16").And.Match("%\\d+ by 4"));
    }

    /// <summary>As long as lanes run a loop in step, neighbours read neighbours, though some leave before the others.</summary>
    [Test]
    public void LanesOfALoopReadRows()
    {
        KernelImage image = Compiling.Compile(LaneKernels.Rows, Compiling.Processor);
        Divergence divergence = VectorPlan.Of(image.Function, hasRows: true, out _)!.Divergence;
        LaneStep[] steps =
        [
            .. divergence.Order.Where(divergence.IsMasked).SelectMany(block => block.Instructions)
                .Where(instruction => instruction.Opcode == Opcode.Load).Select(load => divergence.StepOf(load.Operands[0])),
        ];
        Assert.That(steps, Has.Some.Matches<LaneStep>(step => step is { IsKnown: true, Step: sizeof(int) }), image.Text);
    }

    /// <summary>Rows of a plane may differ where lanes of a row do not.</summary>
    [Test]
    public void BarriersOfRowsRunInLanesWhereBatchesAreRows()
    {
        var function = Compiling.Compile(BarrierOfRows, Compiling.Processor).Function;
        Assert.That(VectorPlan.Of(function, hasRows: true, out _), Is.Not.Null);
        Assert.That(VectorPlan.Of(function, hasRows: false, out string? refusal), Is.Null);
        Assert.That(VectorPlan.Describe(function), Does.Contain($"rows are no multiple of 8 threads run one after the other: {refusal}"));
    }

    /// <summary>Where threads part they meet in one place, and most of the tensor engine's kernels have no other reason either.</summary>
    [Test]
    public void MostKernelsRunInLanes()
    {
        var refused = new List<string>();
        foreach (var method in KernelCatalog.Engine)
        {
            KernelImage image = KernelCompiler.Compile(KernelCatalog.Request(method, Compiling.Processor));
            if (VectorPlan.Of(image.Function, hasRows: true, out string? refusal) is null)
            {
                refused.Add($"{KernelCatalog.Path(method)}: {refusal}");
            }
        }

        Assert.That(refused, Has.None.Contains("several places").And.None.Contains("another way"));
        Assert.That(refused, Has.Count.LessThan(KernelCatalog.Engine.Count / 2), string.Join('\n', refused));
    }

    private static string? Refusal(Delegate kernel)
    {
        VectorPlan.Of(Compiling.Compile(kernel, Compiling.Processor).Function, hasRows: true, out string? refusal);
        return refusal;
    }

    private static void AssertRefused(Delegate kernel, string reason) => Assert.That(Refusal(kernel), Does.Contain(reason));

    private static int[] Input(int count) => [.. Enumerable.Range(0, count).Select(i => (int)((i * 2654435761L) % 101))];

    private static int[] Run(CPUAccelerator accelerator, Action<Index1D, ArrayView<int>, ArrayView<int>> kernel, int count)
    {
        using var source = accelerator.Allocate1D(Input(Math.Max(count, 50)));
        using var target = accelerator.Allocate1D(new int[Math.Max(count, 50)]);
        accelerator.LoadAutoGroupedStreamKernel(kernel)(count, source.AsContiguous(), target.AsContiguous());
        return target.GetAsArray1D();
    }

    private static int[] Run(CPUAccelerator on, Action<ArrayView<int>, ArrayView<int>> kernel, CPUAcceleratorMode mode)
    {
        using CPUAccelerator accelerator = on.Device.CreateCPUAccelerator(on.Context, mode);
        using var source = accelerator.Allocate1D(Input(Groups * Threads));
        using var target = accelerator.Allocate1D(new int[Groups * Threads]);
        accelerator.LoadStreamKernel(kernel)((Groups, Threads), source.AsContiguous(), target.AsContiguous());
        return target.GetAsArray1D();
    }

    private static int[] RunPlane(CPUAccelerator accelerator, KernelConfig shape)
    {
        using var source = accelerator.Allocate1D(Input((int)shape.Size));
        using var target = accelerator.Allocate1D(new int[(int)shape.Size]);
        Action<KernelConfig, ArrayView<int>, ArrayView<int>> kernel =
            accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(LaneKernels.Plane);
        kernel(shape, source.AsContiguous(), target.AsContiguous());
        return target.GetAsArray1D();
    }

    private static void BarrierForSome(ArrayView<int> source, ArrayView<int> target)
    {
        if (source[Grid.GlobalIndex.X] > 0)
        {
            Group.Barrier();
            target[Grid.GlobalIndex.X] = 1;
        }

        target[Grid.GlobalIndex.X]++;
    }

    private static void BarrierOfRows(ArrayView<int> source, ArrayView<int> target)
    {
        if (source[Group.IdxY] > 0)
        {
            Group.Barrier();
            target[Grid.GlobalIndex.X] = 1;
        }

        target[Grid.GlobalIndex.X]++;
    }

    /// <summary>All threads take the branch, which only the data says.</summary>
    private static void BarrierForAll(ArrayView<int> source, ArrayView<int> target)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(Threads);
        if (source[Grid.GlobalIndex.X] >= 0)
        {
            shared[Group.IdxX] = source[Grid.GlobalIndex.X];
            Group.Barrier();
            target[Grid.GlobalIndex.X] = shared[Threads - 1 - Group.IdxX];
        }

        target[Grid.GlobalIndex.X]++;
    }

    /// <summary>One thread after the other adds to an element that a lock guards.</summary>
    private static void Lock(ArrayView<int> source, ArrayView<int> target)
    {
        while (Atomic.CompareExchange(ref target[0], 0, 1) != 0)
        {
        }

        Atomic.Add(ref target[1], source[Grid.GlobalIndex.X]);
        Atomic.Exchange(ref target[0], 0);
    }

    private static void Print(ArrayView<int> source, ArrayView<int> target)
    {
        Interop.WriteLine("{0}", source[0]);
        target[Grid.GlobalIndex.X] = 1;
    }
}
