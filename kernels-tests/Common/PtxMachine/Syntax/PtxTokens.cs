using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>A cursor over tokens.</summary>
internal sealed class PtxTokens(string text)
{
    private readonly List<PtxToken> _tokens = PtxLexer.Read(text);
    private int _position;

    public PtxToken Next => _tokens[_position];

    public int Line => Next.Line;

    public bool IsAtEnd => Next.Kind == PtxTokenKind.End;

    public PtxToken Read() => _tokens[Next.Kind == PtxTokenKind.End ? _position : _position++];

    public bool Take(string expected)
    {
        if (Next.Text != expected || Next.Kind == PtxTokenKind.Text)
        {
            return false;
        }
        _position++;
        return true;
    }

    public void Expect(string expected)
    {
        Refuse(!Take(expected), $"'{expected}' expected instead of '{Next.Text}'");
    }

    /// <summary>Reads an identifier that is not a directive.</summary>
    public string Name()
    {
        Refuse(Next.Kind != PtxTokenKind.Word || Next.Text[0] == '.', $"a name expected instead of '{Next.Text}'");
        return Read().Text;
    }

    public bool IsDirective => Next.Kind == PtxTokenKind.Word && Next.Text[0] == '.';

    public int Integer() => checked((int)ParseInteger(Read()));

    public PtxType Type()
    {
        var token = Read();
        return PtxTypes.TryParse(token.Text.TrimStart('.'), out var type) && token.Text[0] == '.'
            ? type
            : throw Wrong($"a type expected instead of '{token.Text}'");
    }

    public PtxOperand Number(bool isNegative)
    {
        var token = Read();
        Refuse(token.Kind != PtxTokenKind.Number, $"a number expected instead of '{token.Text}'");
        if (token.Text is ['0', 'f' or 'F' or 'd' or 'D', .. var digits])
        {
            var type = char.ToLowerInvariant(token.Text[1]) == 'f' ? PtxType.F32 : PtxType.F64;
            Refuse(digits.Length != 2 * type.Size(), $"'{token.Text}' needs {2 * type.Size()} digits");
            var bits = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return new FloatOperand(type, isNegative ? bits ^ (type == PtxType.F32 ? 1UL << 31 : 1UL << 63) : bits);
        }

        var value = ParseInteger(token);
        return new IntegerOperand(isNegative ? -value : value);
    }

    public void Refuse([DoesNotReturnIf(true)] bool isWrong, [InterpolatedStringHandlerArgument(nameof(isWrong))] Reason message)
    {
        if (isWrong)
        {
            throw Wrong(message.ToString());
        }
    }

    public PtxRejectedException Wrong(string message) => new(Line, message);

    private Int128 ParseInteger(PtxToken token)
    {
        Refuse(token.Kind != PtxTokenKind.Number, $"an integer expected instead of '{token.Text}'");
        var digits = token.Text.TrimEnd('U');
        var isHexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(
            isHexadecimal ? digits[2..] : digits, isHexadecimal ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture,
            out var value)
            ? value
            : throw Wrong($"'{token.Text}' is no integer of 64 bits");
    }
}
