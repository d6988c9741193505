using System.Collections.Immutable;
using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>
/// Writes a kernel as OpenCL C 1.2. Every pointer has its address space; values that are read once, in the block that computes them, become
/// parts of expressions. Control flow is written as loops and conditions, or as jumps where it is not reducible.
/// </summary>
internal sealed partial class OpenCLEmitter
{
    private readonly KernelFunction _function;
    private readonly OpenCLTarget _target;
    private readonly ImmutableArray<KernelParameter> _parameters;
    private readonly bool _noAlias;
    private readonly bool _namesLines;
    private readonly PointerRoots _roots;
    private StringBuilder _body = new();
    private int _depth = 1;
    private readonly OpenCLPrelude _prelude;
    private readonly HashSet<Instruction> _inlined;
    private readonly Dictionary<string, List<string>> _variables = [];
    private bool _usesReduction;

    private OpenCLEmitter(
        KernelFunction function, OpenCLTarget target, ImmutableArray<KernelParameter> parameters, bool noAlias, bool namesLines)
    {
        (_function, _target, _parameters, _noAlias, _namesLines) = (function, target, parameters, noAlias, namesLines);
        _roots = new PointerRoots(function);
        _prelude = new OpenCLPrelude(target);
        _inlined = FindInlined();
    }

    /// <param name="function">The optimised kernel.</param>
    /// <param name="target">What the device reports.</param>
    /// <param name="parameters">The native parameters; those of the IR's arguments come in the arguments' order.</param>
    /// <param name="noAlias">Pointers that are only read lead to memory that nobody writes.</param>
    /// <param name="namesLines">Whether comments name the lines of C#.</param>
    /// <exception cref="CapabilityNotSupportedException">The kernel needs what the device lacks.</exception>
    public static string Emit(
        KernelFunction function, OpenCLTarget target, ImmutableArray<KernelParameter> parameters, bool noAlias, bool namesLines = false)
    {
        function.Renumber();
        return new OpenCLEmitter(function, target, parameters, noAlias, namesLines).Emit();
    }

    private string Emit()
    {
        var usesDoubles =
            _function.Instructions.Any(i => i.Type == IrType.Float64 || Array.Exists(i.Operands, o => o.Type == IrType.Float64));
        if (usesDoubles && !_target.Float64)
        {
            throw new CapabilityNotSupportedException(
                "the kernel computes in double precision, which this OpenCL device does not support (cl_khr_fp64)");
        }

        var flow = new ControlFlow(_function);
        if (flow.IsReducible)
        {
            EmitStructured(flow);
        }
        else
        {
            EmitJumps();
        }

        var text = new StringBuilder();
        text.Append(_prelude.Text(usesDoubles));
        text.Append($"{_prelude.KernelAttributes()}__kernel void {_function.Name}({string.Join(", ", Signature())})\n{{\n");
        foreach (var shared in _function.Shared)
        {
            text.Append($"    __local uchar {shared.Name}[{Math.Max(1, shared.Size)}] __attribute__((aligned({shared.Alignment})));\n");
        }

        if (_usesReduction)
        {
            text.Append("    __local int group_reduction;\n");
        }

        foreach (var alloca in _function.Instructions.Where(i => i.Opcode == Opcode.LocalAlloca))
        {
            text.Append(
                $"    uchar {Name(alloca)}_memory[{Math.Max(1, alloca.Scale)}] __attribute__((aligned({Math.Max(1, alloca.Offset)})));\n");
        }

        foreach (var (type, names) in _variables)
        {
            AppendVariables(text, type, names);
        }

        foreach (var argument in _function.Arguments.Where(a => a.Type == IrType.Pointer))
        {
            text.Append($"    __global uchar *{Name(argument)} = (__global uchar *){Buffer(argument)} + {Offset(argument)};\n");
        }

        text.Append(_body);
        text.Append("}\n");
        return text.ToString();
    }

    private static void AppendVariables(StringBuilder text, string type, List<string> names)
    {
        var isPointer = type.EndsWith('*');
        foreach (var line in names.Chunk(16))
        {
            text.Append($"    {type}{(isPointer ? "" : " ")}{string.Join(isPointer ? ", *" : ", ", line)};\n");
        }
    }

    private IEnumerable<string> Signature()
    {
        var next = 0;
        foreach (var parameter in _parameters)
        {
            switch (parameter.Kind)
            {
                case KernelParameterKind.ViewPointer:
                    var pointer = _function.Arguments[next++];
                    yield return $"__global {(pointer.IsReadOnly ? "const " : "")}uchar " +
                        $"*{(_noAlias && pointer.IsReadOnly ? "restrict " : "")}{Buffer(pointer)}";
                    yield return $"long {Offset(pointer)}";
                    break;
                case KernelParameterKind.ViewOffset:
                    break;
                case KernelParameterKind.DynamicShared:
                    yield return "__local uchar *dynamic_shared";
                    break;
                case KernelParameterKind.DynamicSharedLength:
                    yield return "int dynamic_shared_length";
                    break;
                default:
                    yield return $"{MemoryName(parameter.Type)} {Name(_function.Arguments[next++])}";
                    break;
            }
        }
    }

    // A pure value with one reader in its own block is written where it is read.
    private HashSet<Instruction> FindInlined()
    {
        var readers = new Dictionary<Value, int>();
        var home = new Dictionary<Value, Block>();
        var candidates = new HashSet<Instruction>();
        foreach (var block in _function.Blocks)
        {
            foreach (var instruction in block.Instructions)
            {
                home[instruction] = block;
                if (instruction.IsPure && instruction.Opcode is not (Opcode.SharedAddress or Opcode.DynamicShared))
                {
                    candidates.Add(instruction);
                }

                foreach (var operand in instruction.Operands)
                {
                    Read(operand, block);
                }
            }

            if (block.Terminator.Condition is { } condition)
            {
                Read(condition, block);
            }

            // Parameters change while an edge is taken, so its arguments must be computed before.
            foreach (var argument in block.Terminator.Edges.SelectMany(edge => edge.Arguments))
            {
                readers[argument] = 2;
            }
        }

        candidates.RemoveWhere(i => readers.GetValueOrDefault(i) != 1);
        return candidates;

        void Read(Value value, Block block)
        {
            var here = value is Instruction && home.GetValueOrDefault(value) == block;
            readers[value] = readers.GetValueOrDefault(value) + (here ? 1 : 2);
        }
    }

    private void EmitInstructions(Block block)
    {
        foreach (var parameter in block.Parameters)
        {
            Declare(parameter);
        }

        string? place = null;
        foreach (var instruction in block.Instructions)
        {
            if (_inlined.Contains(instruction))
            {
                continue;
            }

            if (_namesLines && ListingLine.PlaceOf(instruction.Location) is { } now && now != place)
            {
                place = now;
                Line($"// {now}");
            }

            EmitInstruction(instruction);
        }
    }

    // What the edge assigns to the parameters of its target.
    private void EmitMoves(Edge edge)
    {
        foreach (var move in ParallelCopy.Sequence(edge))
        {
            var space = move.Type == IrType.Pointer ? SpaceName(move.Source ?? move.Target!) : "";
            var temporary = $"swap_{space.Trim('_')}{move.Type.Text()}";
            if (move.Target is null || move.Source is null)
            {
                Declare(temporary, TypeName(move.Type, space));
            }

            Statement($"{(move.Target is { } to ? Name(to) : temporary)} = {(move.Source is { } from ? Use(from) : temporary)}");
        }
    }

    private void Line(string text) => _body.Append(' ', 4 * _depth).Append(text).Append('\n');

    private void Declare(Value value) =>
        Declare(Name(value), TypeName(value.Type, value.Type == IrType.Pointer ? SpaceName(value) : ""));

    private void Declare(string name, string type)
    {
        if (!_variables.TryGetValue(type, out var names))
        {
            _variables.Add(type, names = []);
        }

        if (!names.Contains(name))
        {
            names.Add(name);
        }
    }

    // A parameter may have any name that C# allows: a keyword of OpenCL C, a built-in function, a macro, or what another value is called
    // here. Behind the prefix it is none of these; no other identifier begins with it.
    private static string Name(Value value) => value is KernelArgument argument ? $"p_{argument.Name}" : $"v{value.Id}";

    private static string Buffer(KernelArgument pointer) => $"buffer_{Name(pointer)}";

    private static string Offset(KernelArgument pointer) => $"offset_{Name(pointer)}";

    private string SpaceName(Value pointer) => _roots.SpaceOf(pointer) switch
    {
        AddressSpace.Global => "__global",
        AddressSpace.Shared => "__local",
        AddressSpace.Local => "__private",
        _ =>
            throw new NotSupportedException("a pointer leads to shared memory on one path and to global or local memory on another; " +
                "OpenCL C 1.2 can't express it, use two separate accesses"),
    };

    private static string TypeName(IrType type, string space) => type switch
    {
        IrType.Bool or IrType.Int32 => "int",
        IrType.Int64 => "long",
        IrType.Float32 => "float",
        IrType.Float64 => "double",
        _ => $"{space} uchar *",
    };

    private static string MemoryName(MemoryType type) => type switch
    {
        MemoryType.Int8 => "char",
        MemoryType.UInt8 => "uchar",
        MemoryType.Int16 => "short",
        MemoryType.UInt16 => "ushort",
        MemoryType.Int32 => "int",
        MemoryType.Int64 => "long",
        MemoryType.Float32 => "float",
        MemoryType.Float64 => "double",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "pointers are not passed as scalars"),
    };
}
