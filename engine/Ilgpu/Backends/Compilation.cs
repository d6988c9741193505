using System.Collections.Immutable;
using ILGPU.Backends.OpenCL;
using ILGPU.Frontend;
using ILGPU.IR;
using ILGPU.IR.Passes;
using ILGPU.IR.Ranges;
using ILGPU.Runtime.CPU.Vectors;

namespace ILGPU.Backends;

/// <summary>One request on its way from IL to text.</summary>
internal sealed class Compilation(KernelRequest request)
{
    private const int CpuAccelerator = 0;
    private const int CudaAccelerator = 1;
    internal const int OpenCLAccelerator = 2;

    // What NVIDIA's devices have in common, from the tables of compute capabilities.
    private const int PtxWarp = 32;
    private const int PtxGroup = 1024;
    private const int PtxGroupDepth = 64;

    // What CUDA gives a thread at most, on every device; OpenCL's drivers take it from a stack and fail without a word.
    private const int MostLocalKilobytes = 512;

    // .NET's JIT compiler does not optimise methods of more than 60,000 bytes or 20,000 instructions of IL.
    private const int MostUnrolled = 4096;
    private const int MostUnrolledForJit = 1024;

    private sealed record IndexPromises(ImmutableArray<KernelParameter> Lengths, bool Positions);

    private readonly KernelDump? _dump = request.Dump ?? KernelDump.FromEnvironment();

    public KernelImage Run()
    {
        var translated = EntryPoint.Translate(request, Options());
        var function = translated.Function;
        var pipeline = new PassPipeline(function, _dump, DumpName(), request.Verify);
        var unresolved = pipeline.ToSsa();
        var limits = Limits();
        var promised = Promised(translated, limits);
        RefuseUnsupported(function, unresolved);
        if (request.Target is not SimulatorTarget)
        {
            int mostUnrolled = request.Target is ProcessorTarget ? MostUnrolledForJit : MostUnrolled;
            pipeline.Optimize(limits, mostUnrolled, isLast: request.Target is PtxTarget);
        }

        pipeline.Run(
            "read-only", f => ReadOnlyLoads.Run(f, request.AssumeNoAlias && request.Target is not SimulatorTarget), isMilestone: true);
        if (request.Target is ProcessorTarget)
        {
            pipeline.NarrowAndJoin();
        }

        if (request.Target is not SimulatorTarget)
        {
            pipeline.Vectorize();
        }

        if (request.Target is ProcessorTarget)
        {
            pipeline.Sink();
        }

        RemoveUnusedArguments(function);
        return Image(translated, Parameters(translated), promised);
    }

    // An index of an implicitly grouped kernel is below an extent, which is promise enough.
    private LaunchLimits Limits()
    {
        var limits = new LaunchLimits { HasInt32Positions = request.AssumeInt32Indices && !request.ImplicitlyGrouped };
        return request.Target is not PtxTarget
            ? limits with
            {
                WarpSize = Interval.Of(request.Target switch
                {
                    OpenCLTarget { SubGroups: { } warps } => warps.Size,
                    ProcessorTarget processor => processor.WarpSize,
                    _ => 1,
                }),
            }
            : limits with
            {
                WarpSize = Interval.Of(PtxWarp),
                GroupThreads = request.MaxGroupSize ?? PtxGroup,
                GroupSize = (
                    Math.Min(PtxGroup, request.MaxGroupSize ?? PtxGroup), Math.Min(PtxGroup, request.MaxGroupSize ?? PtxGroup),
                    PtxGroupDepth),
                GridSize = (int.MaxValue, ushort.MaxValue, ushort.MaxValue),
            };
    }

    // What the promise of 32-bit indices speaks of, before passes make use of it: a length that decides something may not be read in the
    // end.
    private IndexPromises Promised(TranslatedKernel translated, LaunchLimits limits)
    {
        if (!request.AssumeInt32Indices)
        {
            return new([], false);
        }

        var function = translated.Function;
        var lengths = ImmutableArray.CreateBuilder<KernelParameter>();
        var used = UsedValues(function);
        foreach (var argument in function.Arguments)
        {
            if (translated.Origins[argument] is not { Kind: KernelParameterKind.ViewLength } origin || !used.Contains(argument))
            {
                continue;
            }

            argument.Range = new Interval(0, int.MaxValue);
            lengths.Add(origin);
        }

        return new(lengths.ToImmutable(), limits.HasInt32Positions && function.Instructions.Any(i => i.Opcode == Opcode.GroupIndex));
    }

    // Launches that break a promise get code of their own, which must not overwrite the usual one's.
    private string DumpName()
    {
        var arguments = request.Method.IsGenericMethod
            ? string.Concat(request.Method.GetGenericArguments().Select(type => "_" + type.Name))
            : "";
        var isCareful = request is { AssumeNoAlias: false, Target: not SimulatorTarget };
        return $"{KernelTranslator.Describe(request.Method)}{arguments}{(isCareful ? ".careful" : "")}";
    }

    private TranslationOptions Options() => request.Target switch
    {
        PtxTarget ptx =>
            new TranslationOptions(
                CudaAccelerator, PtxWarp, request.Assertions, request.Output, ptx.Sm, SoftwareMath: true, request.FastMath,
                request.StaticFields),
        OpenCLTarget target =>
            new TranslationOptions(
                OpenCLAccelerator, target.SubGroups?.Size ?? 1, request.Assertions, request.Output, PtxArchitecture: 0,
                SoftwareMath: false, request.FastMath, request.StaticFields),
        SimulatorTarget simulator =>
            new TranslationOptions(
                CpuAccelerator, simulator.WarpSize, true, KeepOutput: true, PtxArchitecture: 0, SoftwareMath: false, request.FastMath,
                request.StaticFields),
        ProcessorTarget processor =>
            new TranslationOptions(
                CpuAccelerator, processor.WarpSize, request.Assertions, KeepOutput: true, PtxArchitecture: 0, SoftwareMath: false,
                request.FastMath, request.StaticFields),
        _ => throw new NotSupportedException($"unknown target {request.Target}"),
    };

    private void RefuseUnsupported(KernelFunction function, Instruction? unresolved)
    {
        if (function.Blocks.Find(block => block.Terminator.Kind == TerminatorKind.Refused) is { } refused)
        {
            throw KernelCompiler.Refused(request.Method, refused.Terminator.Reason!, refused.Terminator.Location);
        }

        if (UnconditionalTrap(function) is { } trap)
        {
            throw KernelCompiler.Refused(
                request.Method, $"no thread gets past '{trap.Reason}', which reports an error or needs the processor's own instructions",
                trap.Location);
        }

        if (request.ImplicitlyGrouped
            && function.Instructions.FirstOrDefault(i => i.Opcode is Opcode.SharedAddress or Opcode.DynamicShared) is { } shared)
        {
            throw KernelCompiler.Refused(
                request.Method,
                "Shared memory is not supported by implicitly grouped kernels; load it with LoadStreamKernel and an explicit group size",
                shared.Location);
        }

        if (unresolved is { Opcode: Opcode.LocalAlloca })
        {
            throw KernelCompiler.Refused(
                request.Method,
                "the array dimension must be a compile-time constant; use a const, a static readonly field or a SpecializedValue<int>",
                unresolved.Location);
        }

        if (unresolved is not null)
        {
            throw KernelCompiler.Refused(
                request.Method,
                "the size of shared memory must be statically known; use a const, a SpecializedValue<int>, or SharedMemory.GetDynamic",
                unresolved.Location);
        }

        RefuseTooMuchLocalMemory(function);
    }

    // Each thread has arrays of its own: with a million elements, a launch would ask for more than any device has.
    private void RefuseTooMuchLocalMemory(KernelFunction function)
    {
        List<Instruction> arrays = [.. function.Instructions.Where(i => i.Opcode == Opcode.LocalAlloca)];
        double kilobytes = arrays.Sum(array => (double)array.Scale) / 1024;
        if (kilobytes <= MostLocalKilobytes)
        {
            return;
        }

        throw KernelCompiler.Refused(
            request.Method,
            $"local arrays take {kilobytes:0} KB of each thread, which can have {MostLocalKilobytes}; allocate a buffer and give each "
                + "thread a SubView of it",
            arrays.MaxBy(array => array.Scale)!.Location);
    }

    // The trap that every thread within the extent ends at, if no way leads past it: a kernel that can only fail, and on OpenCL in silence.
    private Terminator? UnconditionalTrap(KernelFunction function)
    {
        var entry = function.Entry;
        var isGuard = request.ImplicitlyGrouped && entry.Terminator.Kind == TerminatorKind.Conditional;
        var reached = new HashSet<Block>();
        var open = new Stack<Block>([isGuard ? entry.Terminator.Edges[0].Target : entry]);
        Terminator? trap = null;
        while (open.TryPop(out var block))
        {
            if (!reached.Add(block))
            {
                continue;
            }

            if (block.Terminator.Kind == TerminatorKind.Return)
            {
                return null;
            }

            if (block.Terminator.Kind == TerminatorKind.Trap)
            {
                trap ??= block.Terminator;
            }

            foreach (var next in block.Successors)
            {
                open.Push(next);
            }
        }

        return trap;
    }

    private static void RemoveUnusedArguments(KernelFunction function)
    {
        var used = UsedValues(function);
        function.Arguments.RemoveAll(argument => !used.Contains(argument));
    }

    private static HashSet<Value> UsedValues(KernelFunction function)
    {
        var used = new HashSet<Value>();
        foreach (var block in function.Blocks)
        {
            foreach (var instruction in block.Instructions)
            {
                used.UnionWith(instruction.Operands);
            }

            if (block.Terminator.Condition is { } condition)
            {
                used.Add(condition);
            }

            foreach (var edge in block.Terminator.Edges)
            {
                used.UnionWith(edge.Arguments);
            }
        }

        return used;
    }

    private ImmutableArray<KernelParameter> Parameters(TranslatedKernel translated)
    {
        var result = ImmutableArray.CreateBuilder<KernelParameter>();
        var offset = 0;
        var vectors = VectorAlignments(translated.Function);
        foreach (var argument in translated.Function.Arguments)
        {
            var origin = translated.Origins[argument] with { IsReadOnly = argument.IsReadOnly, VectorAlignment = vectors.GetValueOrDefault(
                argument, 1) };
            Add(origin);
            if (origin.Kind == KernelParameterKind.ViewPointer && request.Target is OpenCLTarget)
            {
                Add(origin with { Kind = KernelParameterKind.ViewOffset, Type = MemoryType.Int64 });
            }
        }

        if (request.Target is OpenCLTarget && UsesDynamicShared(translated.Function))
        {
            Add(new KernelParameter(KernelParameterKind.DynamicShared, -1, [], MemoryType.Pointer, 0, 0, false, 1));
            Add(new KernelParameter(KernelParameterKind.DynamicSharedLength, -1, [], MemoryType.Int32, 0, 0, false, 1));
        }

        return result.ToImmutable();

        void Add(KernelParameter parameter)
        {
            var size = parameter.Type.Size();
            offset = (offset + size - 1) / size * size;
            result.Add(parameter with { Offset = offset });
            offset += size;
        }
    }

    // The widest vector that is accessed through each argument.
    private static Dictionary<Value, int> VectorAlignments(KernelFunction function)
    {
        var result = new Dictionary<Value, int>();
        PointerRoots? roots = null;
        foreach (var i in function.Instructions)
        {
            if (i.Opcode is not (Opcode.LoadVector or Opcode.StoreVector))
            {
                continue;
            }

            var bytes = i.Memory.Size() * (i.TupleTypes?.Length ?? i.Operands.Length - 1);
            foreach (var root in (roots ??= new PointerRoots(function)).Of(i.Operands[0]))
            {
                result[root] = Math.Max(bytes, result.GetValueOrDefault(root));
            }
        }

        return result;
    }

    private KernelImage Image(TranslatedKernel translated, ImmutableArray<KernelParameter> parameters, IndexPromises promised)
    {
        var function = translated.Function;
        var assumesNoAlias = function.Instructions.Any(i => i.IsReadOnly)
            && function.Arguments.Exists(a => a.Type == IrType.Pointer && !a.IsReadOnly);
        var text = request.Target switch
        {
            OpenCLTarget target => OpenCLEmitter.Emit(function, target, parameters, assumesNoAlias, request.SourceLines),
            PtxTarget target => Ptx.PtxEmitter.Emit(function, target, parameters, request),
            ProcessorTarget => VectorPlan.Describe(function),
            _ => Printer.Print(function),
        };
        _dump?.Result(DumpName(), request.Target, text);
        return new KernelImage
        {
            EntryPoint = function.Name,
            Target = request.Target,
            ImplicitlyGrouped = request.ImplicitlyGrouped,
            IndexDimensions = translated.IndexDimensions,
            Text = text,
            Function = function,
            Parameters = parameters,
            ArgumentBytes = parameters.IsEmpty ? 0 : parameters[^1].Offset + parameters[^1].Type.Size(),
            StaticSharedBytes = function.Shared.Sum(shared => (shared.Size + 15) / 16 * 16),
            UsesDynamicShared = UsesDynamicShared(function),
            LocalBytes = (int)function.Instructions.Where(i => i.Opcode == Opcode.LocalAlloca).Sum(i => i.Scale),
            UsesBarriers = function.Instructions.Any(i => i.Opcode is Opcode.Barrier or Opcode.BarrierReduce),
            AssumesNoAlias = assumesNoAlias,
            PromisedLengths = promised.Lengths,
            AssumesInt32Positions = promised.Positions,
            Provenance = translated.Provenance,
        };
    }

    private static bool UsesDynamicShared(KernelFunction function) =>
        function.Instructions.Any(i => i.Opcode is Opcode.DynamicShared or Opcode.DynamicSharedLength);
}
